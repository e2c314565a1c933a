import { decidePayment } from './decide-payment.ts';
import type { PayAttempt } from './decide-payment.ts';
import type { ClosedPayable, KnownPayable, Payable } from './payable.ts';
import type { Wallet } from './wallet.ts';

const expiresAt = new Date('2026-11-20T08:35:00.000Z');
const inTime = new Date('2026-11-20T08:34:59.999Z');
const ids = { paymentId: 'payment', movementId: 'movement', entryId: 'entry', houseLineId: 'house-line' };
const reservation = { reservationId: 'reservation', userId: 'fan' };

const payable = (status: KnownPayable['status'], total = 150_000): Payable => ({
  ...reservation,
  status,
  total,
  expiresAt,
});
const closed = (reason: ClosedPayable['reason']): Payable => ({ ...reservation, status: 'CLOSED', reason });
const holding = (balance: number): Wallet => ({ userId: 'fan', balance });

const given = (found: Payable | null, wallet: Wallet | null = holding(150_000)) => ({
  when: (attempt: Partial<Pick<PayAttempt, 'userId' | 'now' | 'mayStillCome'>> = {}) => ({
    then: (expected: object) => {
      const decision = decidePayment({
        userId: 'fan',
        now: inTime,
        payable: found,
        mayStillCome: true,
        wallet,
        ids,
        ...attempt,
      });
      expect(decision).toMatchObject(expected);
    },
  }),
});

describe('an attempt to pay', () => {
  it('completes with the last point', () => {
    given(payable('OPEN'), holding(150_000))
      .when()
      .then({
        payable: { status: 'PAID' },
        payment: { id: 'payment', status: 'COMPLETED', amount: 150_000, createdAt: inTime },
        movement: { entry: { kind: 'PAYMENT', amount: -150_000, balanceAfter: 0, paymentId: 'payment' } },
        event: {
          type: 'payment.completed.v1',
          subject: 'reservation',
          data: { paymentId: 'payment', userId: 'fan', amount: 150_000, completedAt: inTime.toISOString() },
        },
      });
  });

  it('fails for good when one point is missing, and moves none', () => {
    given(payable('OPEN'), holding(149_999))
      .when()
      .then({
        payable: { status: 'FAILED' },
        payment: { status: 'FAILED', failure: 'INSUFFICIENT_POINTS', amount: 150_000 },
        movement: undefined,
        event: { type: 'payment.failed.v1', data: { failure: 'INSUFFICIENT_POINTS' } },
      });
  });

  it('completes for free seats without moving anything', () => {
    given(payable('OPEN', 0), holding(0))
      .when()
      .then({ payment: { status: 'COMPLETED', amount: 0 }, movement: undefined });
  });

  it('is refused from the instant of expiry on, although nobody has told of it yet', () => {
    given(payable('OPEN')).when({ now: expiresAt }).then({ code: 'RESERVATION_EXPIRED', retryable: false });
  });

  it('is refused for what was paid, or failed to be, before', () => {
    given(payable('PAID')).when().then({ code: 'RESERVATION_NOT_PAYABLE' });
    given(payable('FAILED')).when().then({ code: 'RESERVATION_NOT_PAYABLE' });
  });

  it('is refused for a reservation that has ended, saying how', () => {
    given(closed('HOLD_EXPIRED')).when().then({ code: 'RESERVATION_EXPIRED' });
    given(closed('CANCELLED_BY_FAN')).when().then({ code: 'RESERVATION_NOT_PAYABLE' });
    given(closed('SALE_FAILED')).when().then({ code: 'RESERVATION_NOT_PAYABLE' });
  });

  it("is refused for somebody else's reservation, whatever its state", () => {
    for (const found of [payable('OPEN'), payable('PAID'), payable('FAILED'), closed('HOLD_EXPIRED')]) {
      given(found).when({ userId: 'another fan' }).then({ code: 'NOT_FOUND', retryable: false });
    }
  });

  it('is refused at once for a reservation that nobody gave out', () => {
    given(null).when({ mayStillCome: false }).then({ code: 'NOT_FOUND', retryable: false });
  });

  it('can be made again when the reservation or the wallet was not heard of yet', () => {
    given(null).when({ mayStillCome: true }).then({ code: 'NOT_READY_YET', retryable: true });
    given(payable('OPEN'), null).when().then({ code: 'NOT_READY_YET', retryable: true });
  });
});
