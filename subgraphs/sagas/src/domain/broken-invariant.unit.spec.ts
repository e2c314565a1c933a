import { brokenInvariant } from './broken-invariant.ts';
import { aPurchase, published, publisherOf } from './testing.ts';
import type { EventName, Purchase } from './testing.ts';
import { toStep } from './step.ts';
import type { Step } from './step.ts';

const purchase = aPurchase();
const step = (name: EventName, of: Purchase = purchase): Step =>
  toStep(published(of[name](), publisherOf[name]), new Date());
const steps = (...names: EventName[]) => names.map((name) => step(name));
const happyEnd: EventName[] = ['held', 'created', 'paid', 'confirmed', 'sold'];

describe('a purchase', () => {
  it.each<EventName[]>([
    happyEnd,
    ['held', 'created', 'notPaid', 'cancelled', 'released'],
    ['held', 'created', 'expired', 'released'],
    [...happyEnd, 'cancelled', 'refunded', 'released'],
    ['held', 'created', 'paid', 'expired', 'notConfirmed', 'refunded', 'released'],
    ['held', 'created', 'paid', 'confirmed', 'notSold', 'cancelled', 'refunded', 'released'],
    [...happyEnd, 'deadLettered', 'compensated', 'refunded', 'released', 'cancelled'],
  ])('breaks nothing on any path that it may take (%#)', (...path) => {
    expect(brokenInvariant(steps(...path))).toBeNull();
  });

  it('breaks nothing that could be told while its beginning is not known', () => {
    expect(brokenInvariant(steps('confirmed', 'sold'))).toBeNull();
  });

  it('is broken by what happens twice', () => {
    expect(brokenInvariant(steps(...happyEnd, 'paid'))).toBe('PAID_TWICE');
    expect(brokenInvariant(steps(...happyEnd, 'cancelled', 'refunded', 'refunded'))).toBe('REFUNDED_TWICE');
    expect(brokenInvariant(steps(...happyEnd, 'sold'))).toBe('SOLD_TWICE');
  });

  it('is broken by what happens without what it needs, until that is heard of', () => {
    expect(brokenInvariant(steps('held', 'created', 'confirmed'))).toBe('CONFIRMED_UNPAID');
    expect(brokenInvariant(steps('held', 'created', 'confirmed', 'paid'))).toBeNull();
    expect(brokenInvariant(steps('held', 'created', 'cancelled', 'refunded'))).toBe('REFUNDED_UNPAID');
    expect(brokenInvariant(steps('held', 'created', 'paid', 'sold'))).toBe('SOLD_UNCONFIRMED');
    expect(brokenInvariant(steps(...happyEnd, 'refunded'))).toBe('SOLD_AND_REFUNDED');
  });

  it('is broken by another amount than its total, or other seats than it held', () => {
    const other = (name: EventName, data: object) => ({
      ...step(name),
      data: { ...step(name).data, ...data },
    });
    expect(brokenInvariant([step('held'), other('paid', { amount: 1 })])).toBe('WRONG_AMOUNT');
    const sold = other('sold', { seatIds: ['another'] });
    expect(brokenInvariant([...steps('held', 'created', 'paid', 'confirmed'), sold])).toBe('WRONG_SEATS');
  });
});
