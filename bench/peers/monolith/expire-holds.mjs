import { transaction } from './transaction.mjs';

const mostAtOnce = 100;

/** Gives back the seats of reservations that nobody has paid in time. */
export function expireHolds(pool) {
  return transaction(pool, async (ask) => {
    const due = await ask(
      `SELECT id FROM reservations WHERE status = 'PENDING' AND expires_at < ? LIMIT ${mostAtOnce} FOR UPDATE`,
      [new Date()],
    );
    if (due.length === 0) return;
    const ids = due.map(({ id }) => id);
    await ask("UPDATE reservations SET status = 'EXPIRED' WHERE id IN (?)", [ids]);
    await ask("UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL WHERE reservation_id IN (?)", [
      ids,
    ]);
  });
}
