import { useSubscription } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Link, useLocation } from 'wouter';
import { RoomDocument } from '../api/operations.generated.ts';
import type { ConcertQuery } from '../api/operations.generated.ts';
import { serverNow } from '../api/server-clock.ts';
import { Icon } from '../design/icon.tsx';
import { Notice } from '../design/notice.tsx';
import { Empty, Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { formatDays, formatEvening, formatNumber, formatPrice } from '../i18n/formats.ts';
import { Poster } from './poster.tsx';
import { useConcert } from './use-concert.ts';
import './concerts.css';

type Concert = NonNullable<ConcertQuery['concert']>;
type Evening = Concert['schedules'][number];

/** One concert: what it is, its dates, and what is left of each section. */
export function ConcertPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useConcert(id, 'cache-and-network');
  const concert = data?.concert;
  useTitle(concert?.title);
  if (error && !concert) return <Framed>{<Failed error={error} again={refetch} />}</Framed>;
  if (concert === undefined) return <Framed>{<Loading rows={6} />}</Framed>;
  if (concert === null) {
    return (
      <Empty isPage title={t('concerts.gone')}>
        <Link className="link" href="/">
          {t('common.toConcerts')}
        </Link>
      </Empty>
    );
  }
  const { title, artist, venue, schedules } = concert;
  const days = formatDays(
    schedules.flatMap(({ startsAt, cancelledAt }) => (cancelledAt === null ? startsAt : [])),
    i18n.language,
  );
  return (
    <div className="page concert">
      <Poster artist={artist} title={title} foot={days} />
      <div className="stack wide">
        <div className="stack">
          <p className="kicker">{artist}</p>
          <h1>{title}</h1>
          <p className="row soft">
            <Icon name="place" />
            <span>
              <b>{venue.name}</b>
              <br />
              <span className="small">{venue.address}</span>
            </span>
          </p>
          {concert.description !== '' && <p>{concert.description}</p>}
        </div>
        <section className="stack" aria-labelledby="dates">
          <div className="row apart">
            <h2 id="dates">{t('concert.dates')}</h2>
            <Line concert={concert} />
          </div>
          <SalesOpen concert={concert} />
          {schedules.length === 0 && <p className="soft">{t('concert.noDates')}</p>}
          {schedules.map((evening) => (
            <EveningCard key={evening.id} concertId={id} evening={evening} />
          ))}
          <p className="small soft">{t('concert.limit', { count: concert.maxSeatsPerFan })}</p>
        </section>
      </div>
    </div>
  );
}

const Framed = ({ children }: { children: React.ReactNode }) => <div className="page">{children}</div>;

/** The number of fans who wait, live. */
function Line({ concert: { id, waitingRoom } }: { concert: Concert }) {
  const { t } = useTranslation();
  const { data } = useSubscription(RoomDocument, {
    variables: { concertId: id },
    skip: waitingRoom === null,
  });
  const room = data?.waitingRoomChanged ?? waitingRoom;
  if (!room) return null;
  if (room.status !== 'OPEN')
    return (
      <span className="badge warning">{t(room.status === 'PAUSED' ? 'room.paused' : 'room.closed')}</span>
    );
  return (
    <span className={`badge ${room.waiting === 0 ? 'good' : 'warning'}`}>
      {room.waiting === 0 ? t('concert.noLine') : t('concert.waitingNow', { count: room.waiting })}
    </span>
  );
}

function SalesOpen({ concert: { salesOpenAt } }: { concert: Concert }) {
  const { t, i18n } = useTranslation();
  if (Date.parse(salesOpenAt) <= serverNow()) return null;
  return <Notice>{t('concert.salesOpen', { time: formatEvening(salesOpenAt, i18n.language) })}</Notice>;
}

function EveningCard({ concertId, evening }: { concertId: string; evening: Evening }) {
  const { t, i18n } = useTranslation();
  const [, navigate] = useLocation();
  const { id, startsAt, cancelledAt, movedFrom, availability, sections } = evening;
  const date = formatEvening(startsAt, i18n.language);
  if (cancelledAt !== null) {
    return (
      <article className="card evening" aria-label={date}>
        <div className="row apart">
          <h3>
            <s>{date}</s>
          </h3>
          <span className="badge warning">{t('concert.cancelled')}</span>
        </div>
        <p className="small soft">{t('concert.cancelledHint')}</p>
      </article>
    );
  }
  return (
    <article className="card evening" aria-label={date}>
      <div className="row apart">
        <div>
          <h3>{date}</h3>
          {movedFrom !== null && (
            <p className="small soft">
              {t('concert.moved', { date: formatEvening(movedFrom, i18n.language) })}
            </p>
          )}
          <p className="small soft">
            {availability.available === 0
              ? t('concerts.soldOut')
              : t('concert.leftOf', {
                  available: formatNumber(availability.available, i18n.language),
                  total: formatNumber(availability.total, i18n.language),
                })}
          </p>
        </div>
        <Button
          className="button primary"
          aria-label={t('concert.chooseFor', { date })}
          onPress={() => navigate(`/concerts/${concertId}/line?date=${id}`, { state: { join: true } })}
        >
          {t('concert.choose')}
        </Button>
      </div>
      <table className="sections numbers" aria-label={t('concert.sections')}>
        <tbody>
          {sections.map((section) => (
            <tr key={section.name}>
              <th scope="row">{section.name}</th>
              <td>{formatPrice(section.price, i18n.language)}</td>
              <td className={section.available === 0 ? 'soft' : undefined}>
                {section.available === 0
                  ? t('concerts.soldOut')
                  : t('common.seats', { count: section.available })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}
