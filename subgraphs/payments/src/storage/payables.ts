import { EntitySchema } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { bigint, id, instant, key, optional, text } from '@frontrow/kit/columns';
import { columnsOf, inColumns, insertMissingRows, updateRows } from '@frontrow/kit/many-rows';
import type { Payable } from '../domain/payable.ts';

/** The table's constraints make sure that a row is a `Payable`. A tombstone has neither total nor expiry. */
interface PayableRow {
  readonly reservationId: string;
  readonly userId: string;
  readonly total: number | null;
  readonly expiresAt: Date | null;
  readonly status: Payable['status'];
  readonly reason: ReservationEnd | null;
}

export const payables = new EntitySchema<PayableRow>({
  name: 'payables',
  columns: {
    reservationId: key(id('reservation_id')),
    userId: id('user_id'),
    total: optional(bigint('total')),
    expiresAt: optional(instant('expires_at')),
    status: text('status'),
    reason: optional(text('reason')),
  },
});

/** Inserts the payables of reservations that have no row yet; existing rows stay as they are. */
export const insertPayables = (manager: EntityManager, given: readonly Payable[]): Promise<void> =>
  insertMissingRows(manager, 'payables', given.toSorted(byReservation).map(toRow).map(inColumns(payables)));

/**
 * Locks payables in the order of their ids. Whatever happens to a reservation's payment happens under this lock.
 * @param lock 'skip' leaves out rows that another transaction has locked
 */
export async function lockPayables(
  manager: EntityManager,
  reservationIds: readonly string[],
  lock: 'wait' | 'skip' = 'wait',
): Promise<Payable[]> {
  if (reservationIds.length === 0) return [];
  // Without the hint, both databases would scan a small table, and lock all of its rows.
  const rows = await manager.query<(Omit<PayableRow, 'total'> & { total: string | null })[]>(
    `SELECT ${columnsOf(payables)} FROM payables FORCE INDEX (PRIMARY)
     WHERE reservation_id IN (?) ORDER BY reservation_id FOR UPDATE ${lock === 'skip' ? 'SKIP LOCKED' : ''}`,
    [reservationIds],
  );
  return rows.map((row) => ({ ...row, total: row.total === null ? null : Number(row.total) }) as Payable);
}

/** Returns those of the ids that have a row, even if another transaction has locked it. */
export async function findPayableIds(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    'SELECT reservation_id AS id FROM payables WHERE reservation_id IN (?)',
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Stores the new state of payables that `lockPayables` has locked. */
export const updatePayables = (manager: EntityManager, changed: readonly Payable[]): Promise<void> =>
  updateRows(
    manager,
    'payables',
    'reservation_id',
    changed
      .map(toRow)
      .map(({ reservationId, status, reason }) => ({ reservation_id: reservationId, status, reason })),
  );

const byReservation = (one: Payable, other: Payable) => (one.reservationId < other.reservationId ? -1 : 1);

const toRow = ({ reservationId, userId, status, ...rest }: Payable): PayableRow => ({
  reservationId,
  userId,
  total: 'total' in rest ? rest.total : null,
  expiresAt: 'expiresAt' in rest ? rest.expiresAt : null,
  status,
  reason: 'reason' in rest ? rest.reason : null,
});

/** Returns those of the ids that payments knows: reservations that can be paid or have ended, and fans who have a wallet. */
export async function findArrived(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT reservation_id AS id FROM payables WHERE reservation_id IN (?)
     UNION ALL SELECT user_id FROM wallets WHERE user_id IN (?)`,
    [ids, ids],
  );
  return rows.map(({ id }) => id);
}
