import type { Invariant } from '../audit.ts';
import { fullJoin, rows } from '../rows.ts';

interface Reserved {
  key: string;
  status: 'PENDING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  total: number;
  payment_id: string | null;
}

interface Paid {
  key: string;
  id: string;
  status: 'COMPLETED' | 'FAILED' | 'REFUNDED';
  amount: number;
}

export const paymentsMatchReservations: Invariant = {
  number: 3,
  claim: 'Every CONFIRMED reservation has one COMPLETED payment of its total; every other end has none',
  async *breaches({ reservations, payments }) {
    const reserved = rows<Reserved>(
      reservations,
      'SELECT id AS `key`, status, total, payment_id FROM reservations ORDER BY id',
    );
    const paid = rows<Paid>(
      payments,
      'SELECT reservation_id AS `key`, id, status, amount FROM payments ORDER BY reservation_id',
    );
    for await (const { key, left, right } of fullJoin(reserved, paid)) {
      const problem = mismatch(left, right);
      if (problem !== undefined) {
        yield { row: `reservations: reservation ${key}`, problem, saga: key };
      }
    }
  },
};

function mismatch(reservation: Reserved | undefined, payment: Paid | undefined): string | undefined {
  const completed = payment?.status === 'COMPLETED';
  if (reservation?.status !== 'CONFIRMED') {
    return completed
      ? `is ${reservation?.status ?? 'unknown'}, but payment ${payment.id} of ${payment.amount} points was not refunded`
      : undefined;
  }
  if (!completed) return `is CONFIRMED, but its payment is ${payment?.status ?? 'missing'}`;
  if (payment.id !== reservation.payment_id) return `is CONFIRMED by another payment than ${payment.id}`;
  if (payment.amount !== reservation.total) {
    return `costs ${reservation.total} points, but payment ${payment.id} took ${payment.amount}`;
  }
  return undefined;
}
