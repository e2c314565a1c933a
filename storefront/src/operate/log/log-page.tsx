import { useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { MoreButton } from '../../design/more-button.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { formatMoment } from '../../i18n/formats.ts';
import { OperatorActionsDocument } from '../operations.generated.ts';
import type { OperatorActionsQuery } from '../operations.generated.ts';
import { differencesOf } from './differences.ts';

type Action = OperatorActionsQuery['operatorActions']['edges'][number]['node'];

/** The actions of operators, newest first. */
export function LogPage() {
  const { t } = useTranslation('operate');
  useTitle(t('log.heading'));
  const { data, error, refetch, fetchMore } = useQuery(OperatorActionsDocument, {
    fetchPolicy: 'cache-and-network',
  });
  const page = data?.operatorActions;
  return (
    <div className="page middle stack wide">
      <div className="stack tight">
        <h1>{t('log.heading')}</h1>
        <p className="soft">{t('log.lead')}</p>
      </div>
      {error && !page ? (
        <Failed error={error} again={refetch} />
      ) : !page ? (
        <Loading rows={6} />
      ) : page.edges.length === 0 ? (
        <Empty title={t('log.none')} />
      ) : (
        <ol className="log">
          {page.edges.map(({ node }) => (
            <ActionRow key={node.id} action={node} />
          ))}
        </ol>
      )}
      <MoreButton pageInfo={page?.pageInfo} fetchMore={fetchMore} />
    </div>
  );
}

function ActionRow({ action: { by, operator, action, subjectId, before, after, at } }: { action: Action }) {
  const { t, i18n } = useTranslation('operate');
  const names = t('log.actions', { returnObjects: true }) as Record<string, string | undefined>;
  return (
    <li>
      <div className="row apart">
        <b>{names[action] ?? action}</b>
        <time className="small soft numbers" dateTime={at}>
          {formatMoment(at, i18n.language)}
        </time>
      </div>
      <p className="small soft">
        {by === 'OPERATOR' ? (operator?.name ?? t('log.somebody')) : t(`log.by.${by}`)} ·{' '}
        <code>{subjectId}</code>
      </p>
      <ul className="row differences">
        {differencesOf(before, after).map((each) => (
          <li key={each.field} className="small">
            <code>{each.field}</code>
            {each.before !== undefined && (
              <>
                {' '}
                <del>{each.before}</del> <span aria-hidden="true">→</span>
              </>
            )}{' '}
            {each.after !== undefined && <ins>{each.after}</ins>}
          </li>
        ))}
      </ul>
    </li>
  );
}
