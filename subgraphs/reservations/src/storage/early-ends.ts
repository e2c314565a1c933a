import type { EntityManager } from 'typeorm';
import type { CancelReason, Reservation } from '../domain/reservation.ts';
import { lockReservation } from './reservations.ts';

/**
 * Locks the reservation; when it does not exist yet, leaves a tombstone that ends it the moment it is created. Looking
 * again after that, as `createReservation` inserts before it looks for the tombstone, makes sure that of two
 * transactions at the same moment at least one sees the other.
 */
export async function lockReservationOrNoteItsEnd(
  manager: EntityManager,
  id: string,
  endedBecause: CancelReason,
  now: Date,
): Promise<Reservation | undefined> {
  const found = await lockReservation(manager, id);
  if (found !== undefined) return found;
  await manager.query(
    'INSERT IGNORE INTO early_ends (reservation_id, ended_because, noted_at) VALUES (?, ?, ?)',
    [id, endedBecause, now],
  );
  return lockReservation(manager, id);
}

/** Locks the row that it finds, so that it waits for whoever is just leaving a tombstone. */
export async function findEarlyEnd(manager: EntityManager, id: string): Promise<CancelReason | undefined> {
  const [row] = await manager.query<{ ended_because: CancelReason }[]>(
    'SELECT ended_because FROM early_ends WHERE reservation_id = ? FOR UPDATE',
    [id],
  );
  return row?.ended_because;
}
