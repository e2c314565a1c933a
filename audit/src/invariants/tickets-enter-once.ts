import type { Invariant } from '../invariant.ts';
import { rows } from '../rows.ts';

interface Wrong {
  readonly ticketId: string;
  readonly reservationId: string;
  readonly isTicket: 0 | 1;
  readonly status: string | null;
}

/**
 * The primary key of `admissions` makes sure that a ticket enters only once. Frontrow itself may cancel a reservation after a
 * ticket has entered. Its fan may do so too, where the show was moved since then: an entry from more than twelve hours before the
 * new start is history, as `entriesFrom` of reservations says.
 */
export const ticketsEnterOnce: Invariant = {
  number: 10,
  claim:
    'Every ticket that has entered belongs to a reservation that was CONFIRMED, and that its fan has not cancelled, unless its show was moved since',
  async *breaches({ reservations: database }) {
    const wrong = rows<Wrong>(
      database,
      `SELECT a.ticket_id AS ticketId, a.reservation_id AS reservationId, t.id IS NOT NULL AS isTicket, r.status
       FROM admissions a LEFT JOIN reservations r ON r.id = a.reservation_id
       LEFT JOIN seat_tickets t ON t.id = a.ticket_id AND t.reservation_id = a.reservation_id
       LEFT JOIN moved_schedules m ON m.schedule_id = a.schedule_id
       WHERE r.id IS NULL OR t.id IS NULL OR r.status NOT IN ('CONFIRMED', 'CANCELLED')
         OR (r.status = 'CANCELLED' AND r.ended_because = 'CANCELLED_BY_FAN'
           -- A move that came later says nothing about what the fan could do before.
           AND (m.schedule_id IS NULL
             OR (m.noted_at < r.ended_at AND a.scanned_at >= m.starts_at - INTERVAL 12 HOUR)))`,
    );
    for await (const { ticketId, reservationId, isTicket, status } of wrong) {
      const problem =
        isTicket === 0
          ? 'has entered, and is no ticket of its reservation'
          : `has entered, and its reservation is ${status ?? 'missing'}${status === 'CANCELLED' ? ' by its fan' : ''}`;
      yield { row: `reservations: ticket ${ticketId}`, problem, saga: reservationId };
    }
  },
};
