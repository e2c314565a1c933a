import { EntitySchema, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import { bigint, id, instant, key, optional, text } from '@frontrow/kit/columns';
import { inColumns, insertRows, updateRows } from '@frontrow/kit/many-rows';
import type { CompletedPayment, Payment, RefundedPayment } from '../domain/payment.ts';

/** The table's constraints make sure that a row is a `Payment`. */
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
    id: key(id('id')),
    reservationId: id('reservation_id'),
    userId: id('user_id'),
    amount: bigint('amount'),
    status: text('status'),
    failure: optional(text('failure')),
    createdAt: instant('created_at'),
    refundedAt: optional(instant('refunded_at')),
    refundReason: optional(text('refund_reason')),
  },
});

export const insertPayments = (manager: EntityManager, given: readonly Payment[]): Promise<void> =>
  insertRows(manager, 'payments', given.map(toRow).map(inColumns(payments)));

const toRow = (payment: Payment): PaymentRow => ({
  ...payment,
  failure: 'failure' in payment ? payment.failure : null,
  refundedAt: 'refundedAt' in payment ? payment.refundedAt : null,
  refundReason: 'refundReason' in payment ? payment.refundReason : null,
});

export const findPayments = (manager: EntityManager, ids: readonly string[]): Promise<Payment[]> =>
  manager.findBy(payments, { id: In(ids) }) as Promise<Payment[]>;

export const findPaymentsOfReservations = (
  manager: EntityManager,
  reservationIds: readonly string[],
): Promise<Payment[]> =>
  manager.findBy(payments, { reservationId: In(reservationIds) }) as Promise<Payment[]>;

/** The COMPLETED payments of these reservations. Their payables must be locked, which keeps the payments as they are. */
export const findCompletedOf = (
  manager: EntityManager,
  reservationIds: readonly string[],
): Promise<CompletedPayment[]> =>
  manager.findBy(payments, { reservationId: In(reservationIds), status: 'COMPLETED' }) as Promise<
    CompletedPayment[]
  >;

/** @throws if one of the payments is not COMPLETED, because points must never come back twice */
export const markRefunded = (manager: EntityManager, refunded: readonly RefundedPayment[]): Promise<void> =>
  updateRows(
    manager,
    'payments',
    'id',
    refunded.map(({ id, status, refundedAt, refundReason }) =>
      inColumns(payments)({ id, status, refundedAt, refundReason }),
    ),
    refunded.map(({ id }) => ({ id, status: 'COMPLETED' })),
  );
