import type { ReservationEnd } from '@frontrow/events/contracts/fields';
import type { Hold } from './hold.ts';
import { endedUnpaid, pauseSeconds, whyPaused } from './unpaid-holds.ts';

const now = new Date('2026-11-20T08:30:00.000Z');
const earlier = (ms: number) => new Date(now.getTime() - ms);

const given = (count: number, endedMsAgo: number) => ({
  then: (retryAfterSeconds: number | null) => {
    const refusal = whyPaused({ count, lastAt: earlier(endedMsAgo) }, now);
    if (retryAfterSeconds === null) expect(refusal).toBeNull();
    else expect(refusal).toMatchObject({ code: 'TOO_MANY_UNPAID_HOLDS', retryable: true, retryAfterSeconds });
  },
});

describe('holds that ended unpaid', () => {
  it('cost nothing if there is at most one', () => {
    expect(whyPaused({ count: 0, lastAt: null }, now)).toBeNull();
    given(1, 0).then(null);
  });

  it('cost a pause from the second on, which is over to the millisecond', () => {
    given(2, 0).then(10);
    given(2, 9_999).then(1);
    given(2, 10_000).then(null);
  });

  it('cost a pause that doubles with each, up to ten minutes', () => {
    expect([2, 3, 4, 5, 6, 7, 8, 9, 1_000].map(pauseSeconds)).toEqual([
      10, 20, 40, 80, 160, 320, 600, 600, 600,
    ]);
    given(4, 15_500).then(25);
  });

  const hold = (status: 'HELD' | 'SOLD') => ({ reservationId: 'hold', status }) as Hold;
  it.each<[ReservationEnd, boolean]>([
    ['CANCELLED_BY_FAN', true],
    ['HOLD_EXPIRED', true],
    ['PAYMENT_FAILED', true],
    ['COMPENSATED', false],
    ['SALE_FAILED', false],
  ])('that end by %s count against the fan: %s', (reason, counts) => {
    expect(endedUnpaid(hold('HELD'), reason)).toBe(counts);
  });

  it('do not include a purchase that the fan cancelled', () => {
    expect(endedUnpaid(hold('SOLD'), 'CANCELLED_BY_FAN')).toBe(false);
  });
});
