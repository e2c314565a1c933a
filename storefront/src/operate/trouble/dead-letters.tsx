import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Choice, Choices } from '../../design/choice.tsx';
import { MoreButton } from '../../design/more-button.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { Failed, Loading } from '../../design/states.tsx';
import { formatMoment } from '../../i18n/formats.ts';
import { DeadLettersDocument, ReplayDeadLetterDocument } from '../operations.generated.ts';
import type { DeadLetterPartsFragment } from '../operations.generated.ts';
import { usePolling } from '../use-polling.ts';

const statuses = ['OPEN', 'REPLAYED'] as const;

/** Events that a service gave up on, with the reason, and the button that replays them. */
export function DeadLetters() {
  const { t } = useTranslation('operate');
  const [status, setStatus] = useState<(typeof statuses)[number]>('OPEN');
  const { data, error, refetch, ...polled } = useQuery(DeadLettersDocument, {
    variables: { status },
    fetchPolicy: 'cache-and-network',
  });
  const page = data?.deadLetters;
  const fetchMore = usePolling(polled, page, 5_000);
  // A letter that was replayed while the list is shown stays visible, as replayed, until the list is refreshed.
  const letters = page?.edges.map(({ node }) => node) ?? [];
  return (
    <section className="stack" aria-labelledby="dead-letters">
      <div className="row apart">
        <div>
          <h2 id="dead-letters">{t('trouble.deadLetters')}</h2>
          <p className="small soft">{t('trouble.deadLettersHint')}</p>
        </div>
        <Choices label={t('trouble.state')} isLabelHidden value={status} onChange={setStatus}>
          {statuses.map((each) => (
            <Choice key={each} value={each}>
              {t(`trouble.letter.${each}`)}
            </Choice>
          ))}
        </Choices>
      </div>
      {error && !page ? (
        <Failed error={error} again={refetch} />
      ) : !page ? (
        <Loading />
      ) : letters.length === 0 ? (
        <p className="soft">{t('trouble.noLetters')}</p>
      ) : (
        <ul className="stack tight">
          {letters.map((letter) => (
            <li key={letter.id}>
              <Letter letter={letter} />
            </li>
          ))}
        </ul>
      )}
      <MoreButton pageInfo={page?.pageInfo} fetchMore={fetchMore} />
    </section>
  );
}

function Letter({ letter }: { letter: DeadLetterPartsFragment }) {
  const { t, i18n } = useTranslation('operate');
  const { run, busy, problem } = useAction(ReplayDeadLetterDocument);
  const { id, consumer, eventType, event, error, attempts, failedAt, status, saga } = letter;
  return (
    <article className="card stack tight" aria-label={eventType}>
      <div className="row apart">
        <b>{eventType}</b>
        <span className={`badge ${status === 'OPEN' ? 'warning' : 'good'}`}>
          {t(`trouble.letter.${status}`)}
        </span>
      </div>
      <p className="small soft">
        {t('trouble.gaveUp', { consumer, attempts, time: formatMoment(failedAt, i18n.language) })}
      </p>
      <p className="small error">{error}</p>
      <details>
        <summary className="small">{t('trouble.event')}</summary>
        <pre tabIndex={0} className="small">
          {JSON.stringify(event, null, 2)}
        </pre>
      </details>
      <ProblemNotice problem={problem} instead={{ ALREADY_SETTLED: t('trouble.replayedBefore') }} />
      <div className="row">
        {status === 'OPEN' && (
          <ActionButton className="button" busy={busy} onPress={() => void run({ id })}>
            {t('trouble.replay')}
          </ActionButton>
        )}
        {saga && (
          <Link className="link small" href={`/purchases/${saga.id}`}>
            {t('trouble.toPurchase')}
          </Link>
        )}
      </div>
    </article>
  );
}
