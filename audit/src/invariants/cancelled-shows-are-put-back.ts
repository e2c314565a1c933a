import type { Databases, Invariant } from '../invariant.ts';
import { rows } from '../rows.ts';

/** How many schedules one query asks about. */
const atOnce = 500;

export const cancelledShowsArePutBack: Invariant = {
  number: 12,
  claim: 'No seat of a cancelled show is HELD or SOLD, and none of its reservations PENDING or CONFIRMED',
  async *breaches(databases) {
    const { concerts, reservations } = databases;
    const paused = await idsIn(
      reservations,
      'SELECT schedule_id AS id FROM cancelled_schedules WHERE paused_at IS NOT NULL',
    );
    const cancelled = await idsIn(concerts, 'SELECT id FROM schedules WHERE cancelled_at IS NOT NULL');
    yield* unheard(reservations, cancelled);
    // Shows whose end an operator has interrupted are left as they are.
    const over = [...cancelled].filter((id) => !paused.has(id));
    for (let from = 0; from < over.length; from += atOnce) {
      const ids = over.slice(from, from + atOnce);
      yield* seatsTaken(concerts, ids);
      yield* reservationsLeft(reservations, ids);
    }
  },
};

async function idsIn(database: Databases['concerts'], sql: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { id } of rows<{ id: string }>(database, sql)) ids.add(id);
  return ids;
}

async function* unheard(reservations: Databases['reservations'], cancelled: ReadonlySet<string>) {
  const heard = await idsIn(reservations, 'SELECT schedule_id AS id FROM cancelled_schedules');
  for (const id of cancelled) {
    if (!heard.has(id)) {
      const problem = 'was cancelled, and reservations have not heard of that';
      yield { row: `concerts: schedule ${id}`, problem };
    }
  }
  for (const id of heard) {
    if (!cancelled.has(id)) {
      yield { row: `reservations: cancelled schedule ${id}`, problem: 'was not cancelled by concerts' };
    }
  }
}

async function* seatsTaken(concerts: Databases['concerts'], scheduleIds: readonly string[]) {
  const taken = rows<{ id: string; status: string; reservation_id: string }>(
    concerts,
    "SELECT id, status, reservation_id FROM seats WHERE schedule_id IN (?) AND status IN ('HELD', 'SOLD')",
    [scheduleIds],
  );
  for await (const { id, status, reservation_id: saga } of taken) {
    yield { row: `concerts: seat ${id}`, problem: `is ${status}, though its show was cancelled`, saga };
  }
}

async function* reservationsLeft(reservations: Databases['reservations'], scheduleIds: readonly string[]) {
  const left = rows<{ id: string; status: string }>(
    reservations,
    `SELECT id, status FROM reservations
     WHERE schedule_id IN (?) AND status IN ('PENDING', 'CONFIRMED')`,
    [scheduleIds],
  );
  for await (const { id, status } of left) {
    const problem = `is ${status}, though its show was cancelled`;
    yield { row: `reservations: reservation ${id}`, problem, saga: id };
  }
}
