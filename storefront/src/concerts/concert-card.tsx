import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ConcertCardFragment } from '../api/operations.generated.ts';
import { serverNow } from '../api/server-clock.ts';
import { formatDays, formatMoment, formatPrice } from '../i18n/formats.ts';
import { Poster } from './poster.tsx';

export function ConcertCard({ concert }: { concert: ConcertCardFragment }) {
  const { t, i18n } = useTranslation();
  const { id, title, artist, venue, schedules } = concert;
  const prices = schedules.flatMap(({ sections }) => sections.map(({ price }) => price));
  const days = formatDays(
    schedules.map(({ startsAt }) => startsAt),
    i18n.language,
  );
  return (
    <Link className="concert-card" href={`/concerts/${id}`}>
      <Poster artist={artist} title={title} foot={days} />
      <div className="stack tight">
        <Availability concert={concert} />
        <h2>{title}</h2>
        <p className="small soft">
          {artist}
          <br />
          {venue.name}
        </p>
        <p className="small">
          <b>
            {prices.length > 0 &&
              t('concerts.from', { price: formatPrice(Math.min(...prices), i18n.language) })}
          </b>
          <span className="soft">
            {prices.length > 0 && ' · '}
            {t('concerts.dates', { count: schedules.length })}
          </span>
        </p>
      </div>
    </Link>
  );
}

/** What a fan wants to know before opening the concert: whether sales have begun, and whether there are seats left. */
function Availability({ concert: { salesOpenAt, schedules } }: { concert: ConcertCardFragment }) {
  const { t, i18n } = useTranslation();
  const sum = (pick: (seats: { total: number; available: number }) => number) =>
    schedules.reduce((total, { availability }) => total + pick(availability), 0);
  const [total, available] = [sum((seats) => seats.total), sum((seats) => seats.available)];
  const badge =
    Date.parse(salesOpenAt) > serverNow()
      ? (['', t('concerts.opensAt', { time: formatMoment(salesOpenAt, i18n.language) })] as const)
      : total > 0 && available === 0
        ? (['', t('concerts.soldOut')] as const)
        : total > 0 && available < total / 10
          ? (['warning', t('concerts.fewLeft')] as const)
          : undefined;
  return badge ? (
    <div>
      <span className={`badge ${badge[0]}`}>{badge[1]}</span>
    </div>
  ) : null;
}
