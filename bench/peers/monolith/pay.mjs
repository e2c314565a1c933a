import { randomUUID } from 'node:crypto';
import { refuse, transaction } from './transaction.mjs';

/** Pays for a reservation: the points leave the wallet, and the seats are SOLD. */
export function pay(pool, userId, { reservationId, idempotencyKey }) {
  return transaction(pool, async (ask) => {
    const now = new Date();
    const [before] = await ask(
      'SELECT id, amount, status, created_at FROM payments WHERE user_id = ? AND idempotency_key = ?',
      [userId, idempotencyKey],
    );
    if (before !== undefined) return answerOf(before);
    const [reservation] = await ask(
      'SELECT user_id, ticket_id, schedule_id, status, total, expires_at FROM reservations WHERE id = ? FOR UPDATE',
      [reservationId],
    );
    if (reservation?.user_id !== userId) return refuse('NOT_FOUND', 'There is no such reservation.');
    if (reservation.status !== 'PENDING')
      return refuse('RESERVATION_NOT_PAYABLE', 'It has been paid or has ended.');
    if (reservation.expires_at < now) return refuse('RESERVATION_EXPIRED', 'It was not paid in time.');
    const { total } = reservation;
    const { affectedRows } = await ask(
      'UPDATE wallets SET balance = balance - ? WHERE user_id = ? AND balance >= ?',
      [total, userId, total],
    );
    const payment = {
      id: randomUUID(),
      amount: total,
      status: affectedRows === 1 ? 'COMPLETED' : 'FAILED',
      created_at: now,
    };
    await ask(
      `INSERT INTO payments (id, reservation_id, user_id, amount, status, created_at, idempotency_key)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [payment.id, reservationId, userId, total, payment.status, now, idempotencyKey],
    );
    if (affectedRows === 1) await sell(ask, userId, reservationId, reservation, payment);
    else await giveUp(ask, reservationId);
    return answerOf(payment);
  });
}

async function sell(ask, userId, reservationId, { ticket_id, schedule_id, total }, { id, created_at }) {
  const [{ balance }] = await ask('SELECT balance FROM wallets WHERE user_id = ?', [userId]);
  await ask(
    `INSERT INTO ledger (user_id, payment_id, kind, amount, balance_after, created_at)
     VALUES (?, ?, 'PAYMENT', ?, ?, ?)`,
    [userId, id, -total, balance, created_at],
  );
  await ask("UPDATE reservations SET status = 'CONFIRMED', confirmed_at = ? WHERE id = ?", [
    created_at,
    reservationId,
  ]);
  await ask("UPDATE seats SET status = 'SOLD' WHERE reservation_id = ?", [reservationId]);
  await ask("UPDATE tickets SET status = 'COMPLETED' WHERE id = ?", [ticket_id]);
  // Messages for outside systems are recorded with the sale. Nothing sends them; that would be another process.
  const payload = JSON.stringify({ reservationId, scheduleId: schedule_id, userId, total });
  await ask('INSERT INTO deliveries (target, payload, status, created_at) VALUES ?', [
    ['DATA_PLATFORM', 'SLACK'].map((target) => [target, payload, 'PENDING', created_at]),
  ]);
}

async function giveUp(ask, reservationId) {
  await ask("UPDATE reservations SET status = 'CANCELLED' WHERE id = ?", [reservationId]);
  await ask("UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL WHERE reservation_id = ?", [
    reservationId,
  ]);
}

const answerOf = ({ id, amount, status, created_at }) => ({
  __typename: 'Payment',
  id,
  amount,
  status,
  failure: status === 'FAILED' ? 'INSUFFICIENT_POINTS' : null,
  createdAt: created_at.toISOString(),
});
