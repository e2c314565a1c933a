import { EntitySchema } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { affectedRows } from '@frontrow/kit/database';
import type { Payable } from '../domain/payable.ts';
import { bigint, id, instant, optional } from './columns.ts';

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
    reservationId: { ...id('reservation_id'), primary: true },
    userId: id('user_id'),
    total: optional(bigint('total')),
    expiresAt: optional(instant('expires_at')),
    status: { type: 'enum', enum: ['OPEN', 'PAID', 'FAILED', 'CLOSED'] },
    reason: { type: 'varchar', length: 32, nullable: true },
  },
});

/** @returns false when the reservation has a row already, which is left as it is */
export async function insertPayable(manager: EntityManager, payable: Payable): Promise<boolean> {
  const insert = manager.createQueryBuilder().insert().into(payables).values(payable);
  const result = await insert.orIgnore().updateEntity(false).execute();
  return affectedRows(result.raw) === 1;
}

/** Everything that happens to a reservation's payment happens under this lock. */
export const lockPayable = async (manager: EntityManager, reservationId: string): Promise<Payable | null> =>
  (await manager.findOne(payables, {
    where: { reservationId },
    lock: { mode: 'pessimistic_write' },
  })) as Payable | null;

/** Stores what became of a payable that `lockPayable` has locked. */
export async function updatePayable(manager: EntityManager, payable: Payable): Promise<void> {
  const { reservationId, status } = payable;
  const reason = status === 'CLOSED' ? payable.reason : null;
  await manager.update(payables, { reservationId }, { status, reason });
}

/** Those of the ids of which payments knows: of reservations that can be paid for or have ended, and of fans who have a wallet. */
export async function findArrived(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT reservation_id AS id FROM payables WHERE reservation_id IN (?)
     UNION ALL SELECT user_id FROM wallets WHERE user_id IN (?)`,
    [ids, ids],
  );
  return rows.map(({ id }) => id);
}
