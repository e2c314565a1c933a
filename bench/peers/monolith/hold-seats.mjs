import { randomUUID } from 'node:crypto';
import { refuse, transaction, Undo } from './transaction.mjs';

const holdMs = 5 * 60_000;

/** Holds all the seats that a fan asks for, or none. */
export function holdSeats(
  pool,
  userId,
  { scheduleId, seatIds, admissionToken, idempotencyKey, how },
  verify,
) {
  const pass = verify(admissionToken);
  return transaction(pool, async (ask) => {
    const now = new Date();
    const [sale] = await ask(
      `SELECT concert_id, starts_at, sales_open_at, max_seats_per_fan
       FROM schedules JOIN concerts ON concerts.id = concert_id WHERE schedules.id = ?`,
      [scheduleId],
    );
    if (sale === undefined) return refuse('NOT_FOUND', 'There is no such schedule.');
    if (sale.sales_open_at > now || sale.starts_at < now) {
      return refuse('SALE_NOT_OPEN', 'The sale is not open.');
    }
    // The lock of the ticket makes the holds of a fan come one after another, so that none of them miscounts.
    const [ticket] = await ask(
      'SELECT user_id, concert_id, status, expires_at FROM tickets WHERE id = ? FOR UPDATE',
      [pass.jti],
    );
    const isAdmitted =
      ticket?.user_id === userId &&
      ticket.concert_id === sale.concert_id &&
      ticket.status === 'ADMITTED' &&
      ticket.expires_at > now;
    if (!isAdmitted) return refuse('NOT_ADMITTED', 'The fan is not admitted.');
    const [before] = await ask(
      'SELECT id, total, expires_at FROM reservations WHERE user_id = ? AND idempotency_key = ?',
      [userId, idempotencyKey],
    );
    if (before !== undefined) return answerOf(before, await seatsOf(ask, before.id));
    const [{ owned }] = await ask(
      `SELECT COUNT(*) AS owned FROM reservations JOIN reservation_seats ON reservation_id = reservations.id
       WHERE user_id = ? AND concert_id = ? AND status IN ('PENDING', 'CONFIRMED')`,
      [userId, sale.concert_id],
    );
    if (owned + seatIds.length > sale.max_seats_per_fan) {
      return refuse('SEAT_LIMIT_EXCEEDED', 'The fan would have too many seats.');
    }
    const id = randomUUID();
    const taken = await takeSeats(ask, how, scheduleId, seatIds, id);
    if (taken.length > 0) {
      return new Undo({
        __typename: 'SeatsTaken',
        seatIds: taken,
        message: 'Somebody else has these seats.',
      });
    }
    const seats = await ask('SELECT id, label, price FROM seats WHERE id IN (?)', [seatIds]);
    const reservation = {
      id,
      total: seats.reduce((sum, { price }) => sum + price, 0),
      expires_at: new Date(now.getTime() + holdMs),
    };
    await ask(
      `INSERT INTO reservations
         (id, user_id, ticket_id, concert_id, schedule_id, status, total, created_at, expires_at, idempotency_key)
       VALUES (?, ?, ?, ?, ?, 'PENDING', ?, ?, ?, ?)`,
      [
        id,
        userId,
        pass.jti,
        sale.concert_id,
        scheduleId,
        reservation.total,
        now,
        reservation.expires_at,
        idempotencyKey,
      ],
    );
    await ask('INSERT INTO reservation_seats (reservation_id, position, seat_id, label, price) VALUES ?', [
      seats.map((seat, position) => [id, position, seat.id, seat.label, seat.price]),
    ]);
    return answerOf(reservation, seats);
  });
}

/**
 * Marks the seats as HELD. With any other index than the primary key it would lock other seats while it searches.
 * @returns the ids of those that are not available; then none may stay marked
 */
async function takeSeats(ask, how, scheduleId, seatIds, reservationId) {
  if (how === 'lock') {
    const found = await ask(
      'SELECT id, status FROM seats FORCE INDEX (PRIMARY) WHERE id IN (?) AND schedule_id = ? ORDER BY id FOR UPDATE',
      [seatIds, scheduleId],
    );
    const available = found.filter(({ status }) => status === 'AVAILABLE').map((seat) => seat.id);
    if (available.length < seatIds.length) return seatIds.filter((id) => !available.includes(id));
  }
  const { affectedRows } = await ask(
    `UPDATE seats FORCE INDEX (PRIMARY) SET status = 'HELD', reservation_id = ?
     WHERE id IN (?) AND schedule_id = ? AND status = 'AVAILABLE'`,
    [reservationId, seatIds, scheduleId],
  );
  if (affectedRows === seatIds.length) return [];
  const mine = await ask('SELECT id FROM seats WHERE id IN (?) AND reservation_id = ?', [
    seatIds,
    reservationId,
  ]);
  return seatIds.filter((id) => !mine.some((seat) => seat.id === id));
}

const seatsOf = (ask, reservationId) =>
  ask(
    'SELECT seat_id AS id, label, price FROM reservation_seats WHERE reservation_id = ? ORDER BY position',
    [reservationId],
  );

const answerOf = ({ id, total, expires_at }, seats) => ({
  __typename: 'SeatHold',
  reservationId: id,
  total,
  expiresAt: expires_at.toISOString(),
  seats,
});
