import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { ConcertQuery, TicketPartsFragment } from '../api/operations.generated.ts';
import { useNow } from '../design/use-now.ts';
import { formatCountdown, formatEvening } from '../i18n/formats.ts';
import { chime } from './chime.ts';

interface YourTurnProps {
  readonly ticket: TicketPartsFragment;
  readonly concert: NonNullable<ConcertQuery['concert']>;
  /** The date for which the fan came. */
  readonly scheduleId: string | undefined;
}

/** Alerts a fan who is looking elsewhere, and shows the way to the seats: at once if the date is known. */
export function YourTurn({ ticket, concert, scheduleId }: YourTurnProps) {
  const { t, i18n } = useTranslation();
  const [, navigate] = useLocation();
  const now = useNow();
  useEffect(() => {
    chime();
    document.title = t('room.turnTitle');
    if (scheduleId !== undefined) navigate(`/dates/${scheduleId}`, { replace: true, state: { turn: true } });
  }, [scheduleId, navigate, t]);
  return (
    <section className="card stack">
      <h2>{t('room.turn')}</h2>
      {ticket.expiresAt !== null && (
        <p className="numbers">
          {t('room.turnHint', { time: formatCountdown(Date.parse(ticket.expiresAt) - now) })}
        </p>
      )}
      <p className="soft">{t('room.pickDate')}</p>
      <ul className="stack tight">
        {concert.schedules.map(({ id, startsAt }) => (
          <li key={id}>
            <Link className="button wide" href={`/dates/${id}`}>
              {formatEvening(startsAt, i18n.language)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
