import { closePayable, refund } from './close-payable.ts';
import type { ReservationEnded } from './close-payable.ts';
import type { KnownPayable, Payable } from './payable.ts';
import type { CompletedPayment } from './payment.ts';

const now = new Date('2026-11-20T08:36:00.000Z');
const ids = { movementId: 'movement', entryId: 'entry', houseLineId: 'house-line' };
const reservation = { reservationId: 'reservation', userId: 'fan' };

const payable = (status: KnownPayable['status']): Payable => ({
  ...reservation,
  status,
  total: 150_000,
  expiresAt: new Date('2026-11-20T08:35:00.000Z'),
});
const closed = (reason: ReservationEnded['reason']) =>
  ({ ...reservation, status: 'CLOSED', reason }) satisfies Payable;

const cancelled: ReservationEnded = { ...reservation, reason: 'CANCELLED_BY_FAN' };
const saleFailed: ReservationEnded = { ...reservation, reason: 'SALE_FAILED' };
const expired: ReservationEnded = { ...reservation, reason: 'HOLD_EXPIRED' };
const compensated: ReservationEnded = { ...reservation, reason: 'COMPENSATED' };
const confirmFailed: ReservationEnded = { ...expired, userId: undefined };

const given = (found: Payable | null) => ({
  when: (ended: ReservationEnded) => ({
    then: (next: Payable | null) => {
      expect(closePayable(found, ended)).toEqual({ next, events: [] });
    },
    thenNothing: () => {
      expect(closePayable(found, ended).next).toBe(found);
    },
  }),
});

describe.each([cancelled, saleFailed, expired, compensated])(
  'the end of a reservation by $reason',
  (ended) => {
    const { reason } = ended;

    it('closes a payable that is open', () => {
      given(payable('OPEN')).when(ended).then(closed(reason));
    });

    it('gives back what was paid', () => {
      given(payable('PAID')).when(ended).then(closed(reason));
    });

    it('changes nothing after a payment that failed', () => {
      given(payable('FAILED')).when(ended).thenNothing();
    });

    it('changes nothing when any news of the end came before', () => {
      for (const first of ['CANCELLED_BY_FAN', 'SALE_FAILED', 'HOLD_EXPIRED', 'COMPENSATED'] as const) {
        given(closed(first)).when(ended).thenNothing();
      }
    });

    it('leaves a tombstone when it comes before the creation', () => {
      given(null).when(ended).then(closed(reason));
    });
  },
);

describe('a payment that could not be confirmed', () => {
  it('is given back', () => {
    given(payable('PAID')).when(confirmFailed).then(closed('HOLD_EXPIRED'));
  });

  it('is not given back twice', () => {
    given(closed('CANCELLED_BY_FAN')).when(confirmFailed).thenNothing();
  });

  it('closes what is not paid', () => {
    given(payable('OPEN')).when(confirmFailed).then(closed('HOLD_EXPIRED'));
    given(payable('FAILED')).when(confirmFailed).thenNothing();
  });

  it('changes nothing where no payment was made, and nobody told whose it would be', () => {
    given(null).when(confirmFailed).thenNothing();
  });
});

describe('a refund', () => {
  const paid = (amount: number): CompletedPayment => ({
    ...reservation,
    id: 'payment',
    status: 'COMPLETED',
    amount,
    createdAt: new Date('2026-11-20T08:34:00.000Z'),
  });

  it('puts the points back and says why', () => {
    expect(refund(paid(150_000), { userId: 'fan', balance: 7 }, 'SALE_FAILED', now, ids)).toMatchObject({
      payment: { id: 'payment', status: 'REFUNDED', refundedAt: now, refundReason: 'SALE_FAILED' },
      movement: { entry: { kind: 'REFUND', amount: 150_000, balanceAfter: 150_007, paymentId: 'payment' } },
      event: {
        type: 'payment.refunded.v1',
        subject: 'reservation',
        data: { paymentId: 'payment', userId: 'fan', amount: 150_000, reason: 'SALE_FAILED' },
      },
    });
  });

  it('of free seats moves nothing', () => {
    expect(refund(paid(0), { userId: 'fan', balance: 7 }, 'SALE_FAILED', now, ids)).toMatchObject({
      payment: { status: 'REFUNDED' },
      movement: undefined,
    });
  });

  it('is not refused for a wallet that is full', () => {
    const full = { userId: 'fan', balance: 2_000_000_000 };
    expect(refund(paid(150_000), full, 'CANCELLED_BY_FAN', now, ids)).toMatchObject({
      movement: { entry: { balanceAfter: 2_000_150_000 } },
    });
  });
});
