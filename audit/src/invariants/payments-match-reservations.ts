import type { Invariant } from '../invariant.ts';
import { differences } from '../differences.ts';

export const paymentsMatchReservations: Invariant = {
  number: 3,
  claim: 'Every CONFIRMED reservation has one COMPLETED payment of its total; every other end has none',
  async *breaches({ reservations, payments }) {
    // Seats may cost nothing, but are paid for nevertheless, so 1 is added to each amount.
    const wrong = differences(
      {
        database: reservations,
        sql: `SELECT CONCAT(id, ' by ', COALESCE(payment_id, 'nothing')) AS \`key\`, total + 1 AS amount
          FROM reservations WHERE status = 'CONFIRMED'`,
      },
      {
        database: payments,
        sql: `SELECT CONCAT(reservation_id, ' by ', id) AS \`key\`, amount + 1 AS amount
          FROM payments WHERE status = 'COMPLETED'`,
      },
    );
    for await (const { key, left, right } of wrong) {
      const [reservation, payment] = key.split(' by ') as [string, string];
      const problem = mismatch(payment, left, right);
      yield { row: `reservations: reservation ${reservation}`, problem, saga: reservation };
    }
  },
};

function mismatch(payment: string, costs: number, took: number): string {
  if (costs === 0)
    return `is not CONFIRMED by payment ${payment} of ${took - 1} points, which was not refunded`;
  if (took === 0) return `is CONFIRMED by payment ${payment}, but that is not COMPLETED`;
  return `costs ${costs - 1} points, but payment ${payment} took ${took - 1}`;
}
