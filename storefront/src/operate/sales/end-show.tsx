import { useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { formatEvening, formatMoment, formatNumber, formatPrice } from '../../i18n/formats.ts';
import { CancelShowDocument, PauseCancellationDocument, ShowEndDocument } from '../operations.generated.ts';
import type { ShowEndPartsFragment } from '../operations.generated.ts';
import { Fact } from './fact.tsx';
import { NotKnownYet, Rehearsal, ShowDecision } from './show-decision.tsx';
import { progressOf, rehearsalOf } from './show-end.ts';

interface EndShowProps {
  readonly scheduleId: string;
  readonly isCancelled: boolean;
  /** Whether the concert has another date in the future. */
  readonly hasOtherDates: boolean;
  /** How many fans wait in the line of the concert. */
  readonly waiting: number;
}

const lookEveryMs = 1_000;

/** Cancels the show of a date, after a rehearsal, and shows the progress. */
export const EndShow = ({ isCancelled, ...show }: EndShowProps) => (
  <ShowDecision name="show" isMade={isCancelled}>
    <ShowEnd {...show} />
  </ShowDecision>
);

function ShowEnd({ scheduleId, ...others }: Omit<EndShowProps, 'isCancelled'>) {
  const { data, error, refetch } = useQuery(ShowEndDocument, {
    variables: { id: scheduleId },
    fetchPolicy: 'cache-and-network',
    pollInterval: lookEveryMs,
  });
  const schedule = data?.schedule;
  if (!schedule) return <NotKnownYet error={error} again={refetch} />;
  if (schedule.cancelledAt !== null) return <Progress schedule={schedule} />;
  return <EndRehearsal schedule={schedule} {...others} />;
}

interface EndRehearsalProps extends Pick<EndShowProps, 'hasOtherDates' | 'waiting'> {
  readonly schedule: ShowEndPartsFragment;
}

/** What cancelling would do. */
function EndRehearsal({ schedule, hasOtherDates, waiting }: EndRehearsalProps) {
  const { t, i18n } = useTranslation('operate');
  const { run, busy, problem } = useAction(CancelShowDocument);
  const number = (value: number) => formatNumber(value, i18n.language);
  const { paid, unpaid } = rehearsalOf(schedule.reservationTotals ?? []);
  const reservations = number(paid.reservations);
  const points = formatPrice(paid.total, i18n.language);
  return (
    <Rehearsal
      tone="danger"
      then={[
        t('show.then.sells'),
        t('show.then.refunds', { count: paid.reservations, reservations, seats: number(paid.seats), points }),
        t('show.then.releases', { reservations: number(unpaid.reservations), seats: number(unpaid.seats) }),
        t('show.then.mails', { reservations }),
        t(hasOtherDates ? 'show.then.stays' : 'show.then.closes', { waiting: number(waiting) }),
      ]}
      isKnown={schedule.reservationTotals !== null}
      problem={problem}
      label={t('show.cancel')}
      question={t('show.confirm', { date: formatEvening(schedule.startsAt, i18n.language) })}
      hint={t('show.confirmHint', { reservations, points })}
      yes={t('show.yes')}
      busy={busy}
      onYes={() => void run({ id: schedule.id })}
    />
  );
}

/** The progress of the end of a show, which can be interrupted. */
function Progress({ schedule }: { schedule: ShowEndPartsFragment }) {
  const { t, i18n } = useTranslation('operate');
  const { run, busy, problem } = useAction(PauseCancellationDocument);
  const number = (value: number) => formatNumber(value, i18n.language);
  const { cancelledAt, cancellation } = schedule;
  if (!cancellation) return <Notice>{t('show.starting')}</Notice>;
  const { done, of, isOver } = progressOf(cancellation);
  const isPaused = cancellation.pausedAt !== null;
  return (
    <>
      <p>{t('show.cancelledAt', { time: formatMoment(cancelledAt ?? '', i18n.language) })}</p>
      <progress
        className="progress"
        max={Math.max(1, of)}
        value={of === 0 ? 1 : done}
        aria-label={t('show.progress')}
      />
      <div role="status">
        <dl className="facts numbers">
          <Fact name={t('show.left')} value={number(cancellation.reservationsLeft)} />
          <Fact name={t('show.cancelled')} value={number(cancellation.reservationsCancelled)} />
          <Fact name={t('show.refundsLeft')} value={number(cancellation.refundsLeft)} />
          <Fact name={t('show.refunds')} value={number(cancellation.refunds)} />
          <Fact name={t('show.points')} value={formatPrice(cancellation.refundedPoints, i18n.language)} />
        </dl>
      </div>
      {isOver && <Notice tone="good">{t('show.over')}</Notice>}
      {isPaused && <Notice tone="warning">{t('show.paused')}</Notice>}
      <ProblemNotice problem={problem} />
      {(isPaused || cancellation.reservationsLeft > 0) && (
        <div>
          <ActionButton
            className="button"
            busy={busy}
            onPress={() => void run({ scheduleId: schedule.id, paused: !isPaused })}
          >
            {t(isPaused ? 'show.resume' : 'show.pause')}
          </ActionButton>
        </div>
      )}
    </>
  );
}
