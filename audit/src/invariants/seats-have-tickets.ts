import type { Invariant } from '../invariant.ts';
import { differences } from '../differences.ts';

export const seatsHaveTickets: Invariant = {
  number: 9,
  claim: 'Every seat of a CONFIRMED reservation has one ticket that is good; no other reservation has any',
  async *breaches({ reservations: database }) {
    const wrong = differences(
      {
        database,
        sql: `SELECT CONCAT(id, ' ', position) AS \`key\`, 1 AS amount
          FROM reservations JOIN reservation_seats ON reservation_id = id WHERE status = 'CONFIRMED'`,
      },
      {
        database,
        sql: `SELECT CONCAT(reservation_id, ' ', position) AS \`key\`, 1 AS amount
          FROM seat_tickets WHERE voided_at IS NULL`,
      },
    );
    for await (const { key, left } of wrong) {
      const [reservation = '', position = ''] = key.split(' ');
      const problem =
        left === 0
          ? `has a ticket that is good for seat ${position}, and is not CONFIRMED with that seat`
          : `is CONFIRMED, and its seat ${position} has no ticket that is good`;
      yield { row: `reservations: reservation ${reservation}`, problem, saga: reservation };
    }
  },
};
