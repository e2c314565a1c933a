import { useSubscription } from '@apollo/client/react';
import { useCallback, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { useLocation } from 'wouter';
import { ConcertChangesDocument } from '../api/operations.generated.ts';
import { useSession } from '../api/session.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Choice, Choices } from '../design/choice.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { Empty, Failed, Loading } from '../design/states.tsx';
import { useNow } from '../design/use-now.ts';
import { useTitle } from '../design/use-title.ts';
import { formatCountdown, formatEvening } from '../i18n/formats.ts';
import { useMyTicket } from '../waiting-room/use-my-ticket.ts';
import { useTurnUnseen } from '../waiting-room/use-turn-unseen.ts';
import { BestAvailable } from './best-available.tsx';
import { ChosenSeats } from './chosen-seats.tsx';
import { SeatCanvas } from './seat-canvas.tsx';
import { SeatList } from './seat-list.tsx';
import { placeOf } from './layout.ts';
import type { Section } from './layout.ts';
import { StandingPlaces } from './standing-places.tsx';
import type { Seats } from './seats.ts';
import { useHold } from './use-hold.ts';
import type { Lost } from './use-hold.ts';
import { useSeats } from './use-seats.ts';
import type { OpenHall } from './open-hall.ts';
import './seat-map.css';

/** The hall on one date. Everybody may look; fans who are admitted may hold seats. */
export function SeatsPage({ scheduleId }: { scheduleId: string }) {
  const { t } = useTranslation();
  const { hall, error, again } = useSeats(scheduleId);
  const unseen = useTurnUnseen();
  useTitle(unseen ? t('room.turnTitle') : t('seats.heading'));
  if (error !== undefined) return <div className="page">{<Failed error={error} again={again} />}</div>;
  if (hall === null) return <Empty isPage title={t('concerts.gone')} />;
  if (hall === undefined) {
    return (
      <div className="page">
        <Loading rows={6} />
      </div>
    );
  }
  return <Hall {...hall} />;
}

function Hall({ schedule, seats }: OpenHall) {
  const { t, i18n } = useTranslation();
  const { concert, startsAt, cancelledAt } = useChanges(schedule);
  const isLoggedIn = useSession() !== undefined;
  const { ticket, refetch } = useMyTicket(concert.id, { skip: !isLoggedIn });
  const pass = ticket?.status === 'ADMITTED' ? ticket.admissionToken : null;
  const { chosen, toggle, gone, wanted } = useChosen(seats, concert.maxSeatsPerFan);
  const {
    hold,
    lost: refused,
    again,
    busy,
    problem,
  } = useHold(schedule.id, (ids) => {
    seats.take(ids);
  });
  // The page may show that somebody else took a seat before the fan asks for it, or only the refusal shows it.
  // After an attempt without an answer, the seats that are taken may be the fan's own.
  const lost = busy || again ? undefined : gone.length > 0 ? { seatIds: gone, wanted } : refused;
  const [view, setView] = useState<'map' | 'list'>('map');

  const asked = async (attempt: Promise<void>) => {
    await attempt;
    // The pass may have ended, or been replaced.
    void refetch().catch(() => undefined);
  };
  const holdBy = async (wish: Parameters<typeof hold>[0]) => {
    if (pass !== null) await asked(hold(wish, pass));
  };
  const [area, setArea] = useState<string>();
  const choosing = { seats, chosen, toggle, onArea: ({ name }: Section) => setArea(name) };
  return (
    <div className="page stack hall">
      <header className="row apart">
        <div>
          <p className="kicker">{concert.artist}</p>
          <h1>{t('seats.heading')}</h1>
          <p className="soft">
            {concert.title} · {formatEvening(startsAt, i18n.language)}
          </p>
        </div>
        {pass !== null && ticket?.expiresAt && <TimeLeft expiresAt={ticket.expiresAt} />}
      </header>
      {cancelledAt !== null ? (
        <Notice tone="warning">{t('concert.cancelledHint')}</Notice>
      ) : (
        pass === null && <Look concertId={concert.id} scheduleId={schedule.id} />
      )}
      <div role="status">
        {lost && (
          <LostSeats
            {...{ seats, lost, busy }}
            onNext={(section) => void holdBy({ bestAvailable: { count: lost.wanted, section } })}
          />
        )}
      </div>
      <ProblemNotice problem={problem} />
      {again && (
        <div>
          <Button className="button" onPress={() => void asked(again())}>
            {t('common.tryAgain')}
          </Button>
        </div>
      )}
      <div className={pass === null ? undefined : 'hall-columns'}>
        <div className="stack tight">
          <Choices label={t('seats.view')} isLabelHidden value={view} onChange={setView}>
            <Choice value="map">{t('seats.map')}</Choice>
            <Choice value="list">{t('seats.list')}</Choice>
          </Choices>
          {view === 'map' ? <SeatCanvas {...choosing} /> : <SeatList {...choosing} />}
        </div>
        {pass !== null && (
          <div className="stack">
            <ChosenSeats
              {...choosing}
              most={concert.maxSeatsPerFan}
              busy={busy}
              onHold={() => void holdBy({ seatIds: [...chosen].map((index) => seats.idOf(index)) })}
            />
            <StandingPlaces
              {...{ seats, area, busy, onArea: setArea }}
              most={concert.maxSeatsPerFan}
              onTake={(bestAvailable) => void holdBy({ bestAvailable })}
            />
            <BestAvailable
              seats={seats}
              most={concert.maxSeatsPerFan}
              busy={busy}
              onTake={(bestAvailable) => void holdBy({ bestAvailable })}
            />
          </div>
        )}
      </div>
    </div>
  );
}

/** The date as it is now, whatever operators have changed of it and its concert since the page was opened. */
function useChanges(schedule: OpenHall['schedule']) {
  const { data } = useSubscription(ConcertChangesDocument, { variables: { id: schedule.concert.id } });
  const concert = data?.concertChanged;
  const date = concert?.schedules.find(({ id }) => id === schedule.id);
  return { ...schedule, ...date, concert: concert ?? schedule.concert };
}

/** The seats that the fan has tapped and can still hold, up to their limit, and those that somebody else has taken since. */
function useChosen(seats: Seats, most: number) {
  useSyncExternalStore(seats.subscribe, seats.revision);
  const [tapped, setTapped] = useState<ReadonlySet<number>>(new Set());
  const toggle = useCallback(
    (index: number) => {
      // A wheelchair place and its companion's seat are selected and deselected together.
      const companion = seats.layout.companions.get(index)?.seat;
      const both = companion === undefined ? [index] : [index, companion];
      setTapped((before) => {
        const free = [...before].filter(seats.isAvailable);
        if (before.has(index)) return new Set(free.filter((each) => !both.includes(each)));
        const canBeHad = both.every(seats.isAvailable) && free.length + both.length <= most;
        return canBeHad ? new Set([...free, ...both]) : before;
      });
    },
    [seats, most],
  );
  const isGone = [...tapped].some((index) => !seats.isAvailable(index));
  // The same set as long as it contains the same seats, because the map is drawn again for another set.
  const chosen = isGone ? new Set([...tapped].filter(seats.isAvailable)) : tapped;
  const gone = [...tapped].filter((index) => !seats.isAvailable(index));
  return { chosen, toggle, gone: gone.map((index) => seats.idOf(index)), wanted: tapped.size };
}

function TimeLeft({ expiresAt }: { expiresAt: string }) {
  const { t } = useTranslation();
  return (
    <p className="time-left" role="timer">
      <span className="small soft">{t('seats.timeLeft')}</span>
      <b className="numbers">{formatCountdown(Date.parse(expiresAt) - useNow())}</b>
    </p>
  );
}

function Look({ concertId, scheduleId }: { concertId: string; scheduleId: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <div className="row apart card">
      <p>{t('seats.look')}</p>
      <Button
        className="button primary"
        onPress={() => navigate(`/concerts/${concertId}/line?date=${scheduleId}`, { state: { join: true } })}
      >
        {t('room.join')}
      </Button>
    </div>
  );
}

interface LostSeatsProps {
  readonly seats: Seats;
  readonly lost: Lost;
  readonly busy: boolean;
  readonly onNext: (section: string) => void;
}

/** Says that somebody was faster, and offers the next best seats. */
function LostSeats({ seats, lost, busy, onNext }: LostSeatsProps) {
  const { t } = useTranslation();
  const places = lost.seatIds.flatMap((id) => {
    const seat = seats.seatOf(id);
    return seat === undefined ? [] : [placeOf(seats.layout, seat)];
  });
  const section = places[0]?.section.name;
  const names = places.map(({ section: { name }, row, number }) =>
    t('seats.seat', { section: name, row: row.name, number }),
  );
  return (
    <Notice tone="warning">
      <p>{t('seats.takenNow', { count: places.length, seats: names.join(', ') })}</p>
      {section !== undefined && (
        <ActionButton className="button" busy={busy} onPress={() => onNext(section)}>
          {t('seats.takeNext', { count: lost.wanted, section })}
        </ActionButton>
      )}
    </Notice>
  );
}
