import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../api/use-action.ts';
import { Notice } from '../../design/notice.tsx';
import { formatEvening, formatNumber, formatPrice } from '../../i18n/formats.ts';
import { MoveScheduleDocument, MoveShowDocument } from '../operations.generated.ts';
import type { MoveShowPartsFragment } from '../operations.generated.ts';
import { Fact } from './fact.tsx';
import { NotKnownYet, Rehearsal, ShowDecision } from './show-decision.tsx';
import { rehearsalOf } from './show-end.ts';
import { timesOf } from './show-move.ts';

const lookEveryMs = 2_000;

interface MoveShowProps {
  readonly scheduleId: string;
  readonly isMoved: boolean;
}

/** Moves the show of a date to another time, after a rehearsal; and shows what has become of those who had seats. */
export const MoveShow = ({ scheduleId, isMoved }: MoveShowProps) => (
  <ShowDecision name="move" isMade={isMoved}>
    <OpenMove scheduleId={scheduleId} />
  </ShowDecision>
);

function OpenMove({ scheduleId }: { scheduleId: string }) {
  const { data, error, refetch } = useQuery(MoveShowDocument, {
    variables: { id: scheduleId },
    fetchPolicy: 'cache-and-network',
    pollInterval: lookEveryMs,
  });
  const schedule = data?.schedule;
  if (!schedule) return <NotKnownYet error={error} again={refetch} />;
  return (
    <>
      {schedule.movedFrom !== null && <Moved schedule={schedule} />}
      <MoveRehearsal schedule={schedule} />
    </>
  );
}

/** The new times, and what they would do. */
function MoveRehearsal({ schedule }: { schedule: MoveShowPartsFragment }) {
  const { t, i18n } = useTranslation('operate');
  const { run, busy, problem } = useAction(MoveScheduleDocument);
  const [start, setStart] = useState('');
  const [until, setUntil] = useState('');
  const times = timesOf(start, until);
  const { paid, unpaid } = rehearsalOf(schedule.reservationTotals ?? []);
  const said = {
    reservations: formatNumber(paid.reservations, i18n.language),
    seats: formatNumber(paid.seats, i18n.language),
    unpaid: formatNumber(unpaid.reservations, i18n.language),
    points: formatPrice(paid.total, i18n.language),
    date: times ? formatEvening(times.startsAt, i18n.language) : '…',
    until: times ? formatEvening(times.refundUntil, i18n.language) : '…',
  };
  const lines = ['keeps', 'offers', 'mails', 'unpaid', 'sells'] as const;
  return (
    <>
      <div className="row">
        <When label={t('move.startsAt')} value={start} onChange={setStart} />
        <When label={t('move.refundUntil')} value={until} onChange={setUntil} />
      </div>
      <p className="soft small">{t('move.untilHint')}</p>
      <Rehearsal
        tone="warning"
        then={lines.map((line) => t(`move.then.${line}`, said))}
        isKnown={schedule.reservationTotals !== null}
        problem={problem}
        label={t('move.move')}
        question={t('move.confirm', said)}
        hint={times ? t('move.confirmHint', said) : t('move.noTime')}
        yes={t('move.yes')}
        busy={busy}
        ready={times !== undefined}
        onYes={() => {
          if (times) void run({ input: { scheduleId: schedule.id, ...times } });
        }}
      />
    </>
  );
}

interface WhenProps {
  readonly label: string;
  /** As the browser has it: 2026-12-19T18:00, by the clock of the hall. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const When = ({ label, value, onChange }: WhenProps) => (
  <label className="field">
    <span className="label">{label}</span>
    <input type="datetime-local" value={value} onChange={({ target }) => onChange(target.value)} />
  </label>
);

/** What has become of the reservations that were there when the show was moved. */
function Moved({ schedule: { startsAt, movedFrom, move } }: { schedule: MoveShowPartsFragment }) {
  const { t, i18n } = useTranslation('operate');
  const number = (value: number) => formatNumber(value, i18n.language);
  const price = (value: number) => formatPrice(value, i18n.language);
  const date = (value: string) => formatEvening(value, i18n.language);
  return (
    <>
      <p>{t('move.movedTo', { date: date(startsAt), before: date(movedFrom ?? startsAt) })}</p>
      {move?.startsAt !== startsAt ? (
        <Notice>{t('move.starting')}</Notice>
      ) : (
        <div role="status">
          <dl className="facts numbers">
            <Fact name={t('move.until')} value={date(move.refundUntil)} />
            <Fact name={t('move.left')} value={number(move.reservationsLeft)} />
            <Fact
              name={t('move.kept')}
              value={`${number(move.reservationsKept)} · ${price(move.keptPoints)}`}
            />
            <Fact
              name={t('move.givenBack')}
              value={`${number(move.reservationsGivenBack)} · ${price(move.givenBackPoints)}`}
            />
          </dl>
        </div>
      )}
    </>
  );
}
