import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Choice, Choices } from '../../design/choice.tsx';
import { MoreButton } from '../../design/more-button.tsx';
import { ProblemNotice } from '../../design/notice.tsx';
import { Failed, Loading } from '../../design/states.tsx';
import { formatMoment } from '../../i18n/formats.ts';
import { CircuitsDocument, DeliveriesDocument, RedeliverDocument } from '../operations.generated.ts';
import type { DeliveryPartsFragment } from '../operations.generated.ts';
import { usePolling } from '../use-polling.ts';

const lookEveryMs = 5_000;
const statuses = ['FAILED', 'PENDING', 'DELIVERED'] as const;
const tones = { FAILED: 'warning', PENDING: '', DELIVERED: 'good' } as const;
const circuitTones = { OPEN: 'warning', HALF_OPEN: 'warning', CLOSED: 'good' } as const;

/** The deliveries to outside systems, whether calls to them are made, and the button that repeats one. */
export function Deliveries() {
  const { t } = useTranslation('operate');
  const [status, setStatus] = useState<(typeof statuses)[number]>('FAILED');
  const { data, error, refetch, ...polled } = useQuery(DeliveriesDocument, {
    variables: { status },
    fetchPolicy: 'cache-and-network',
  });
  const page = data?.deliveries;
  const fetchMore = usePolling(polled, page, lookEveryMs);
  return (
    <section className="stack" aria-labelledby="deliveries">
      <div className="row apart">
        <div>
          <h2 id="deliveries">{t('trouble.deliveries')}</h2>
          <p className="small soft">{t('trouble.deliveriesHint')}</p>
        </div>
        <Choices label={t('trouble.state')} isLabelHidden value={status} onChange={setStatus}>
          {statuses.map((each) => (
            <Choice key={each} value={each}>
              {t(`trouble.delivery.${each}`)}
            </Choice>
          ))}
        </Choices>
      </div>
      <Circuits />
      {error && !page ? (
        <Failed error={error} again={refetch} />
      ) : !page ? (
        <Loading />
      ) : page.edges.length === 0 ? (
        <p className="soft">{t('trouble.noDeliveries')}</p>
      ) : (
        <ul className="lines">
          {page.edges.map(({ node }) => (
            <li key={node.id}>
              <DeliveryRow delivery={node} />
            </li>
          ))}
        </ul>
      )}
      <MoreButton pageInfo={page?.pageInfo} fetchMore={fetchMore} />
    </section>
  );
}

function Circuits() {
  const { t, i18n } = useTranslation('operate');
  const { data, error, refetch } = useQuery(CircuitsDocument, {
    fetchPolicy: 'cache-and-network',
    pollInterval: lookEveryMs,
  });
  if (!data) return error ? <Failed error={error} again={refetch} /> : <Loading rows={1} />;
  return (
    <ul className="circuits">
      {data.circuits.map(({ target, state, reopensAt }) => (
        <li key={target} className="card">
          <b>{t(`trouble.target.${target}`)}</b>
          <span className={`badge ${circuitTones[state]}`}>{t(`trouble.circuit.${state}`)}</span>
          {reopensAt !== null && (
            <span className="small soft">
              {t('trouble.reopens', { time: formatMoment(reopensAt, i18n.language) })}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function DeliveryRow({ delivery }: { delivery: DeliveryPartsFragment }) {
  const { t, i18n } = useTranslation('operate');
  const { run, busy, problem } = useAction(RedeliverDocument);
  const { id, target, eventType, status, attempts, lastError, nextAttemptAt, deliveredAt } = delivery;
  const at = deliveredAt ?? nextAttemptAt;
  return (
    <div className="line-of">
      <span className="who">
        <b>{eventType}</b>
        <span className="small soft">
          {t(`trouble.target.${target}`)} · {t('trouble.attempts', { attempts })}
        </span>
        {lastError !== null && <span className="small error">{lastError}</span>}
        <ProblemNotice problem={problem} />
      </span>
      <span className="state">
        <span className={`badge ${tones[status]}`}>{t(`trouble.delivery.${status}`)}</span>
        {at !== null && (
          <span className="small soft numbers">
            {t(deliveredAt === null ? 'trouble.dueAt' : 'trouble.deliveredAt', {
              time: formatMoment(at, i18n.language),
            })}
          </span>
        )}
      </span>
      {status === 'DELIVERED' ? (
        <span />
      ) : (
        <ActionButton className="button quiet" busy={busy} onPress={() => void run({ id })}>
          {t('trouble.redeliver')}
        </ActionButton>
      )}
    </div>
  );
}
