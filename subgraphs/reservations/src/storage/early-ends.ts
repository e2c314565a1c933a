import { insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager } from 'typeorm';
import type { CancelReason } from '../domain/reservation.ts';

/** Leaves tombstones. Each ends its reservation as soon as that is created. If a reservation has one already, that one stays. */
export const noteEarlyEnds = (
  manager: EntityManager,
  ends: ReadonlyMap<string, CancelReason>,
  now: Date,
): Promise<void> =>
  insertMissingRows(
    manager,
    'early_ends',
    [...ends].sort().map(([id, because]) => ({ reservation_id: id, ended_because: because, noted_at: now })),
  );

/** Locks the rows that it finds, so that it waits for a transaction that is just leaving a tombstone. */
export async function lockEarlyEnds(
  manager: EntityManager,
  ids: readonly string[],
): Promise<Map<string, CancelReason>> {
  if (ids.length === 0) return new Map();
  const rows = await manager.query<{ id: string; because: CancelReason }[]>(
    `SELECT reservation_id AS id, ended_because AS because FROM early_ends FORCE INDEX (PRIMARY)
     WHERE reservation_id IN (?) FOR UPDATE`,
    [ids],
  );
  return new Map(rows.map(({ id, because }) => [id, because]));
}
