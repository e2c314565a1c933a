import { useSubscription } from '@apollo/client/react';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { RoomDocument } from '../api/operations.generated.ts';
import type { ConcertQuery, RoomPartsFragment } from '../api/operations.generated.ts';
import { useConcert } from '../concerts/use-concert.ts';
import { ActionButton } from '../design/action-button.tsx';
import { ProblemNotice } from '../design/notice.tsx';
import { Empty, Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { allowChime } from './chime.ts';
import { InLine } from './in-line.tsx';
import { useJoin } from './use-join.ts';
import { useMyTicket } from './use-my-ticket.ts';
import { YourTurn } from './your-turn.tsx';
import './waiting-room.css';

type Concert = NonNullable<ConcertQuery['concert']>;

/** The waiting room of a concert: joining, waiting, and the way to the seats. */
export function RoomPage({ concertId }: { concertId: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useConcert(concertId, 'cache-first');
  const live = useSubscription(RoomDocument, { variables: { concertId } });
  const concert = data?.concert;
  const room = live.data?.waitingRoomChanged ?? concert?.waitingRoom;
  useTitle(t('room.heading'));
  if (error && !concert) return <Page>{<Failed error={error} again={refetch} />}</Page>;
  if (concert === undefined) return <Page>{<Loading />}</Page>;
  if (concert === null || !room)
    return <Empty isPage title={t(concert === null ? 'concerts.gone' : 'room.none')} />;
  return (
    <Page>
      <header className="stack tight">
        <p className="kicker">{concert.artist}</p>
        <h1>{concert.title}</h1>
      </header>
      <Room concert={concert} room={room} />
    </Page>
  );
}

const Page = ({ children }: { children: React.ReactNode }) => (
  <div className="page middle stack wide">{children}</div>
);

function Room({ concert, room }: { concert: Concert; room: RoomPartsFragment }) {
  const { t } = useTranslation();
  const { ticket, loading, error, refetch } = useMyTicket(concert.id);
  const joining = useJoin(concert.id, room.challenge);
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const state = useHistoryState<{ join?: boolean } | null>();
  const isIn = ticket?.status === 'WAITING' || ticket?.status === 'ADMITTED';

  const join = async () => {
    allowChime();
    if (await joining.join()) await refetch();
  };
  // "Get tickets" already asked to join. It does so once, not again after a reload.
  const asked = useRef(false);
  const joinOnArrival = useEffectEvent(() => {
    if (asked.current || state?.join !== true || loading || error !== undefined) return;
    asked.current = true;
    navigate(location.pathname + location.search, { replace: true, state: null });
    if (!isIn && room.status === 'OPEN') void join();
  });
  useEffect(() => joinOnArrival(), [loading]);

  if (loading) return <Loading />;
  if (error !== undefined && ticket === undefined) return <Failed error={error} again={refetch} />;
  if (ticket?.status === 'ADMITTED')
    return <YourTurn ticket={ticket} concert={concert} scheduleId={params.get('date') ?? undefined} />;
  if (ticket?.status === 'WAITING')
    return <InLine ticket={ticket} room={room} concert={concert} isCut={error !== undefined} />;
  return (
    <section className="card stack">
      <h2>{t(headingOf(room.status, ticket?.status))}</h2>
      <p className="soft">{t(hintOf(room.status, ticket?.status))}</p>
      <div role="status">{joining.solving && <p>{t('room.solving')}</p>}</div>
      <ProblemNotice problem={joining.problem} />
      {room.status === 'CLOSED' ? (
        <Link className="link" href="/">
          {t('common.toConcerts')}
        </Link>
      ) : (
        <ActionButton isDisabled={room.status === 'PAUSED'} busy={joining.busy} onPress={() => void join()}>
          {t('room.join')}
        </ActionButton>
      )}
      {room.status === 'OPEN' && <p className="small soft">{t('room.keep')}</p>}
    </section>
  );
}

type RoomStatus = RoomPartsFragment['status'];

function headingOf(room: RoomStatus, ticket: string | undefined) {
  if (room === 'CLOSED') return 'room.closed';
  if (room === 'PAUSED') return 'room.paused';
  if (ticket === 'LEFT') return 'room.left';
  return ticket === 'EXPIRED' ? 'room.expired' : 'room.heading';
}

function hintOf(room: RoomStatus, ticket: string | undefined) {
  if (room === 'CLOSED') return 'room.closedHint';
  if (room === 'PAUSED') return 'room.pausedJoin';
  if (ticket === 'LEFT') return 'room.leftHint';
  return ticket === 'EXPIRED' ? 'room.expiredHint' : 'room.joinHint';
}
