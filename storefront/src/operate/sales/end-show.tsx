import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Confirm } from '../../design/confirm.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { Failed, Loading } from '../../design/states.tsx';
import { formatEvening, formatMoment, formatNumber, formatPrice } from '../../i18n/formats.ts';
import { CancelShowDocument, PauseCancellationDocument, ShowEndDocument } from '../operations.generated.ts';
import type { ShowEndPartsFragment } from '../operations.generated.ts';
import { Fact } from './fact.tsx';
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
export function EndShow({ isCancelled, scheduleId, ...others }: EndShowProps) {
  const { t } = useTranslation('operate');
  const [isOpen, setOpen] = useState(false);
  if (!isCancelled && !isOpen) {
    return (
      <section className="card row apart" aria-label={t('show.heading')}>
        <p className="soft">{t('show.hint')}</p>
        <Button
          className="button"
          onPress={() => {
            setOpen(true);
          }}
        >
          {t('show.rehearse')}
        </Button>
      </section>
    );
  }
  return <ShowEnd scheduleId={scheduleId} {...others} />;
}

function ShowEnd({ scheduleId, ...others }: Omit<EndShowProps, 'isCancelled'>) {
  const { t } = useTranslation('operate');
  const { data, error, refetch } = useQuery(ShowEndDocument, {
    variables: { id: scheduleId },
    fetchPolicy: 'cache-and-network',
    pollInterval: lookEveryMs,
  });
  const schedule = data?.schedule;
  return (
    <section className="card stack" aria-labelledby="show-end">
      <h2 id="show-end">{t('show.heading')}</h2>
      {!schedule ? (
        error ? (
          <Failed error={error} again={refetch} />
        ) : (
          <Loading rows={3} />
        )
      ) : schedule.cancelledAt === null ? (
        <Rehearsal schedule={schedule} {...others} />
      ) : (
        <Progress schedule={schedule} />
      )}
    </section>
  );
}

type RehearsalProps = { readonly schedule: ShowEndPartsFragment } & Pick<
  EndShowProps,
  'hasOtherDates' | 'waiting'
>;

/** What cancelling would do at this moment. Nothing has been done yet. */
function Rehearsal({ schedule, hasOtherDates, waiting }: RehearsalProps) {
  const { t, i18n } = useTranslation('operate');
  const { t: common } = useTranslation();
  const { run, busy, problem } = useAction(CancelShowDocument);
  const number = (value: number) => formatNumber(value, i18n.language);
  const price = (value: number) => formatPrice(value, i18n.language);
  const { paid, unpaid } = rehearsalOf(schedule.reservationTotals ?? []);
  const then = [
    t('show.then.sells'),
    t('show.then.refunds', {
      count: paid.reservations,
      reservations: number(paid.reservations),
      seats: number(paid.seats),
      points: price(paid.total),
    }),
    t('show.then.releases', { reservations: number(unpaid.reservations), seats: number(unpaid.seats) }),
    t('show.then.mails', { reservations: number(paid.reservations) }),
    t(hasOtherDates ? 'show.then.stays' : 'show.then.closes', { waiting: number(waiting) }),
  ];
  return (
    <>
      <Notice tone="danger">
        <b>{t('show.wouldDo')}</b>
        <ul className="consequences">
          {then.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Notice>
      {schedule.reservationTotals === null && <Notice tone="warning">{t('show.unknown')}</Notice>}
      <ProblemNotice problem={problem} />
      <div>
        <Confirm
          className="button danger"
          label={t('show.cancel')}
          question={t('show.confirm', { date: formatEvening(schedule.startsAt, i18n.language) })}
          hint={t('show.confirmHint', {
            reservations: number(paid.reservations),
            points: price(paid.total),
          })}
          yes={t('show.yes')}
          no={common('common.cancel')}
          busy={busy}
          ready={schedule.reservationTotals !== null}
          onYes={() => void run({ id: schedule.id })}
        />
      </div>
    </>
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
