import { EntitySchema, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import type { Payment, RefundedPayment } from '../domain/payment.ts';
import { bigint, id, instant, optional } from './columns.ts';

/** The table's checks make sure that a row is a `Payment`. */
interface PaymentRow {
  readonly id: string;
  readonly reservationId: string;
  readonly userId: string;
  readonly amount: number;
  readonly status: Payment['status'];
  readonly failure: 'INSUFFICIENT_POINTS' | null;
  readonly createdAt: Date;
  readonly refundedAt: Date | null;
  readonly refundReason: ReservationEnd | null;
}

export const payments = new EntitySchema<PaymentRow>({
  name: 'payments',
  columns: {
    id: { ...id('id'), primary: true },
    reservationId: id('reservation_id'),
    userId: id('user_id'),
    amount: bigint('amount'),
    status: { type: 'enum', enum: ['COMPLETED', 'FAILED', 'REFUNDED'] },
    failure: { type: 'varchar', length: 32, nullable: true },
    createdAt: instant('created_at'),
    refundedAt: optional(instant('refunded_at')),
    refundReason: { name: 'refund_reason', type: 'varchar', length: 32, nullable: true },
  },
});

export async function insertPayment(manager: EntityManager, payment: Payment): Promise<void> {
  await manager.createQueryBuilder().insert().into(payments).values(payment).updateEntity(false).execute();
}

/** @throws when there is none */
export const getPayment = (manager: EntityManager, id: string): Promise<Payment> =>
  manager.findOneByOrFail(payments, { id }) as Promise<Payment>;

export const findPayments = (manager: EntityManager, ids: readonly string[]): Promise<Payment[]> =>
  manager.findBy(payments, { id: In(ids) }) as Promise<Payment[]>;

export const findPaymentsOfReservations = (
  manager: EntityManager,
  reservationIds: readonly string[],
): Promise<Payment[]> =>
  manager.findBy(payments, { reservationId: In(reservationIds) }) as Promise<Payment[]>;

export const lockPaymentOf = async (manager: EntityManager, reservationId: string): Promise<Payment | null> =>
  (await manager.findOne(payments, {
    where: { reservationId },
    lock: { mode: 'pessimistic_write' },
  })) as Payment | null;

/** @throws when the payment, which must be locked, is not COMPLETED: points never go back twice */
export async function markRefunded(manager: EntityManager, refunded: RefundedPayment): Promise<void> {
  const { id, status, refundedAt, refundReason } = refunded;
  const { affected } = await manager.update(
    payments,
    { id, status: 'COMPLETED' },
    { status, refundedAt, refundReason },
  );
  if (affected !== 1) throw new Error(`the payment ${id} is not COMPLETED`);
}
