import { useQuery, useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Choice, Choices } from '../../design/choice.tsx';
import { Notice } from '../../design/notice.tsx';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { formatMoment } from '../../i18n/formats.ts';
import { ExportButton } from '../exports/export-button.tsx';
import { AddDate } from '../halls/add-date.tsx';
import { RoomNowDocument, SaleDocument } from '../operations.generated.ts';
import { Chart } from './chart.tsx';
import { DateOnSale } from './date-on-sale.tsx';
import { EndShow } from './end-show.tsx';
import { MoveShow } from './move-show.tsx';
import { HiddenBadge, RoomBadge } from './room-badge.tsx';
import { RoomControls } from './room-controls.tsx';

const lookEveryMs = 5_000;
const spans = [60, 360, 1_440] as const;

/** One sale, live: its waiting room with the controls, and the held and sold seats of each date. */
export function SalePage({ concertId }: { concertId: string }) {
  const { t, i18n } = useTranslation('operate');
  const [minutes, setMinutes] = useState<number>(60);
  const [chosen, setChosen] = useState<string>();
  const [openedAt] = useState(() => Date.now());
  const { data, previousData, error, refetch } = useQuery(SaleDocument, {
    variables: { id: concertId, minutes },
    pollInterval: lookEveryMs,
    fetchPolicy: 'cache-and-network',
  });
  const live = useSubscription(RoomNowDocument, { variables: { concertId } });
  const shown = data ?? previousData;
  const concert = shown?.concert;
  useTitle(concert?.title);
  if (!concert)
    return (
      <div className="page">
        {error ? (
          <Failed error={error} again={refetch} />
        ) : shown ? (
          <Empty isPage title={t('sale.gone')} />
        ) : (
          <Loading rows={6} />
        )}
      </div>
    );
  const room = live.data?.waitingRoomChanged ?? concert.waitingRoom;
  const history = concert.waitingRoom?.history ?? [];
  const { schedules } = concert;
  const isToCome = ({ startsAt, cancelledAt }: (typeof schedules)[number]) =>
    cancelledAt === null && Date.parse(startsAt) > openedAt;
  const schedule = schedules.find(({ id }) => id === chosen) ?? schedules.find(isToCome) ?? schedules.at(-1);
  return (
    <div className="page stack wide">
      <div className="stack tight">
        <Link className="link small" href="/">
          ← {t('nav.sales')}
        </Link>
        <div className="row apart">
          <h1>{concert.title}</h1>
          <span className="row">
            <HiddenBadge publishAt={concert.publishAt} />
            {room && <RoomBadge status={room.status} />}
          </span>
        </div>
        <p className="soft">
          {concert.artist} · {t('sales.opens', { time: formatMoment(concert.salesOpenAt, i18n.language) })}
        </p>
      </div>
      {error && <Notice tone="warning">{t('sale.stale')}</Notice>}
      <div className="row apart">
        <Choices label={t('sale.date')} isLabelHidden value={schedule?.id ?? ''} onChange={setChosen}>
          {schedules.map(({ id, startsAt, cancelledAt }) => (
            <Choice key={id} value={id}>
              {formatMoment(startsAt, i18n.language)}
              {cancelledAt !== null && ` · ${t('show.isOff')}`}
            </Choice>
          ))}
        </Choices>
        <Choices
          label={t('sale.span')}
          isLabelHidden
          value={String(minutes)}
          onChange={(value) => {
            setMinutes(Number(value));
          }}
        >
          {spans.map((span) => (
            <Choice key={span} value={String(span)}>
              {t('sale.hours', { hours: span / 60 })}
            </Choice>
          ))}
        </Choices>
      </div>
      <div className="sale">
        <div className="stack">
          {schedule ? (
            <>
              <DateOnSale schedule={schedule} room={room ?? undefined} />
              <div className="row">
                <Link className="button" href={`/dates/${schedule.id}`}>
                  {t('offer.heading')}
                </Link>
                <ExportButton what={{ of: 'attendees', scheduleId: schedule.id }} />
              </div>
              {isToCome(schedule) && (
                <MoveShow
                  key={`move ${schedule.id}`}
                  scheduleId={schedule.id}
                  isMoved={schedule.movedFrom !== null}
                />
              )}
              <EndShow
                key={schedule.id}
                scheduleId={schedule.id}
                isCancelled={schedule.cancelledAt !== null}
                hasOtherDates={schedules.some((date) => date.id !== schedule.id && isToCome(date))}
                waiting={room?.waiting ?? 0}
              />
            </>
          ) : (
            <Notice>{t('sale.noDates')}</Notice>
          )}
        </div>
        <div className="stack side">
          {room ? (
            <RoomControls concertId={concertId} room={room} />
          ) : (
            <Notice tone="warning">{t('sale.noRoom')}</Notice>
          )}
          <Link className="button" href={`/concerts/${concertId}`}>
            {t('concert.change')}
          </Link>
          <Link className="button" href={`/concerts/new?copy=${concertId}`}>
            {t('concert.copy')}
          </Link>
          <AddDate concertId={concertId} onAdded={() => void refetch()} />
          <Chart
            title={t('sale.line')}
            times={history.map(({ at }) => Date.parse(at) / 1_000)}
            series={[
              {
                label: t('sales.waiting'),
                colour: '--warning',
                values: history.map(({ waiting }) => waiting),
              },
              {
                label: t('sales.admitted'),
                colour: '--accent',
                values: history.map(({ active }) => active),
              },
            ]}
          />
        </div>
      </div>
    </div>
  );
}
