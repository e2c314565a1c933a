import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { EndOtherSessionsDocument, EndSessionDocument } from '../api/operations.generated.ts';
import type { AccountQuery } from '../api/operations.generated.ts';
import { faultOf } from '../api/problem.ts';
import type { Problem } from '../api/problem.ts';
import { ProblemNotice } from '../design/notice.tsx';
import { formatMoment } from '../i18n/formats.ts';

type OpenSession = NonNullable<NonNullable<AccountQuery['me']>['sessions']>[number];

export function Sessions({
  sessions,
  refetch,
}: {
  sessions: readonly OpenSession[];
  refetch: () => Promise<unknown>;
}) {
  const { t, i18n } = useTranslation();
  const client = useApolloClient();
  const [problem, setProblem] = useState<Problem>();

  const end = async (id?: string) => {
    setProblem(undefined);
    try {
      await (id === undefined
        ? client.mutate({ mutation: EndOtherSessionsDocument })
        : client.mutate({ mutation: EndSessionDocument, variables: { id } }));
      await refetch();
    } catch (error) {
      setProblem(faultOf(error));
    }
  };

  return (
    <section className="card stack" aria-labelledby="sessions">
      <h2 id="sessions">{t('account.sessions')}</h2>
      <ProblemNotice problem={problem} />
      <ul className="stack">
        {sessions.map(({ id, client: device, lastUsedAt, isCurrent }) => (
          <li key={id} className="row apart">
            <div>
              <b>{device ?? t('account.unknownClient')}</b>
              <p className="small soft">
                {t('account.lastUsed', { time: formatMoment(lastUsedAt, i18n.language) })}
              </p>
            </div>
            {isCurrent ? (
              <span className="badge good">{t('account.thisOne')}</span>
            ) : (
              <Button
                className="button quiet"
                aria-label={t('account.endNamed', { client: device ?? t('account.unknownClient') })}
                onPress={() => void end(id)}
              >
                {t('account.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <div>
          <Button className="button" onPress={() => void end()}>
            {t('account.endOthers')}
          </Button>
        </div>
      )}
    </section>
  );
}
