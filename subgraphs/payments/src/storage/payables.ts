import { EntitySchema } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { bigint, id, instant, key, optional, text } from '@frontrow/kit/columns';
import { columnsOf, inColumns, insertMissingRows, updateRows } from '@frontrow/kit/many-rows';
import type { Payable } from '../domain/payable.ts';

/** The table's checks make sure that a row is a `Payable`; a tombstone has neither total nor expiry. */
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

/** Inserts those whose reservations have no row yet; a row that is there stays as it is. */
export const insertPayables = (manager: EntityManager, given: readonly Payable[]): Promise<void> =>
  insertMissingRows(manager, 'payables', given.toSorted(byReservation).map(toRow).map(inColumns(payables)));

/**
 * Everything that happens to a reservation's payment happens under this lock. Rows are locked in the order of their ids.
 * @param lock 'skip' leaves out those that somebody else has
 */
export async function lockPayables(
  manager: EntityManager,
  reservationIds: readonly string[],
  lock: 'wait' | 'skip' = 'wait',
): Promise<Payable[]> {
  if (reservationIds.length === 0) return [];
  // With a few rows in the table both databases would walk, and lock, all of them.
  const rows = await manager.query<(Omit<PayableRow, 'total'> & { total: string | null })[]>(
    `SELECT ${columnsOf(payables)} FROM payables FORCE INDEX (PRIMARY)
     WHERE reservation_id IN (?) ORDER BY reservation_id FOR UPDATE ${lock === 'skip' ? 'SKIP LOCKED' : ''}`,
    [reservationIds],
  );
  return rows.map((row) => ({ ...row, total: row.total === null ? null : Number(row.total) }) as Payable);
}

/** Those of the ids that have a row, whoever has locked it. */
export async function findPayableIds(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    'SELECT reservation_id AS id FROM payables WHERE reservation_id IN (?)',
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Stores what became of payables that `lockPayables` has locked. */
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

/** Those of the ids of which payments knows: of reservations that can be paid for or have ended, and of fans who have a wallet. */
export async function findArrived(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT reservation_id AS id FROM payables WHERE reservation_id IN (?)
     UNION ALL SELECT user_id FROM wallets WHERE user_id IN (?)`,
    [ids, ids],
  );
  return rows.map(({ id }) => id);
}
