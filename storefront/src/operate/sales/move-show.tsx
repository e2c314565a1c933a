import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { useAction } from '../../api/use-action.ts';
import { Confirm } from '../../design/confirm.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { Failed, Loading } from '../../design/states.tsx';
import { formatEvening, formatNumber, formatPrice } from '../../i18n/formats.ts';
import { MoveScheduleDocument, MoveShowDocument } from '../operations.generated.ts';
import type { MoveShowPartsFragment } from '../operations.generated.ts';
import { Fact } from './fact.tsx';
import { rehearsalOf } from './show-end.ts';
import { timesOf } from './show-move.ts';

const lookEveryMs = 2_000;

interface MoveShowProps {
  readonly scheduleId: string;
  /** Whether it was moved before: then what became of that is shown at once. */
  readonly isMoved: boolean;
}

/** Moves the show of a date to another time, after a rehearsal; and shows what has become of those who had seats. */
export function MoveShow({ scheduleId, isMoved }: MoveShowProps) {
  const { t } = useTranslation('operate');
  const [isOpen, setOpen] = useState(isMoved);
  if (!isOpen) {
    return (
      <section className="card row apart" aria-label={t('move.heading')}>
        <p className="soft">{t('move.hint')}</p>
        <Button className="button" onPress={() => setOpen(true)}>
          {t('move.rehearse')}
        </Button>
      </section>
    );
  }
  return <OpenMove scheduleId={scheduleId} />;
}

function OpenMove({ scheduleId }: { scheduleId: string }) {
  const { t } = useTranslation('operate');
  const { data, error, refetch } = useQuery(MoveShowDocument, {
    variables: { id: scheduleId },
    fetchPolicy: 'cache-and-network',
    pollInterval: lookEveryMs,
  });
  const schedule = data?.schedule;
  return (
    <section className="card stack" aria-labelledby="show-move">
      <h2 id="show-move">{t('move.heading')}</h2>
      {schedule ? (
        <>
          {schedule.movedFrom !== null && <Moved schedule={schedule} />}
          <Rehearsal schedule={schedule} />
        </>
      ) : error ? (
        <Failed error={error} again={refetch} />
      ) : (
        <Loading rows={3} />
      )}
    </section>
  );
}

/** The new times, and what they would do now: nothing is done before the operator has confirmed it. */
function Rehearsal({ schedule }: { schedule: MoveShowPartsFragment }) {
  const { t, i18n } = useTranslation('operate');
  const { t: common } = useTranslation();
  const { run, busy, problem } = useAction(MoveScheduleDocument);
  const [start, setStart] = useState('');
  const [until, setUntil] = useState('');
  const times = timesOf(start, until);
  const { paid, unpaid } = rehearsalOf(schedule.reservationTotals ?? []);
  const said = {
    ...{
      reservations: formatNumber(paid.reservations, i18n.language),
      seats: formatNumber(paid.seats, i18n.language),
    },
    ...{
      unpaid: formatNumber(unpaid.reservations, i18n.language),
      points: formatPrice(paid.total, i18n.language),
    },
    date: times ? formatEvening(times.startsAt, i18n.language) : '…',
    until: times ? formatEvening(times.refundUntil, i18n.language) : '…',
  };
  const then = (['keeps', 'offers', 'mails', 'unpaid', 'sells'] as const).map((line) =>
    t(`move.then.${line}`, said),
  );
  return (
    <>
      <div className="row">
        <When label={t('move.startsAt')} value={start} onChange={setStart} />
        <When label={t('move.refundUntil')} value={until} onChange={setUntil} />
      </div>
      <p className="soft small">{t('move.untilHint')}</p>
      <Notice tone="warning">
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
          label={t('move.move')}
          question={t('move.confirm', said)}
          hint={times ? t('move.confirmHint', said) : t('move.noTime')}
          yes={t('move.yes')}
          no={common('common.cancel')}
          busy={busy}
          ready={times !== undefined && schedule.reservationTotals !== null}
          onYes={() => {
            if (times) void run({ input: { scheduleId: schedule.id, ...times } });
          }}
        />
      </div>
    </>
  );
}

interface WhenProps {
  readonly label: string;
  /** As the browser has it: 2026-12-19T18:00, in the operator's time zone. */
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
