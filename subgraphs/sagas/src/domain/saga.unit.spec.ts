import { aPurchase, published, publisherOf } from './testing.ts';
import type { EventName } from './testing.ts';
import { sagaOf } from './saga.ts';
import type { SagaStatus } from './saga.ts';
import { inOrder, toStep } from './step.ts';
import type { Step } from './step.ts';

const start = new Date('2026-11-20T08:30:00.000Z').getTime();
const purchase = aPurchase({ expiresAt: new Date(start + 300_000) });

/** A step each second. */
const steps = (...names: EventName[]): Step[] =>
  names.map((name, i) => {
    const at = new Date(start + 1_000 * i);
    return toStep(published(purchase[name](), publisherOf[name], at), at);
  });
const given = (...names: EventName[]) => ({
  then: (status: SagaStatus) => expect(sagaOf(purchase.id, steps(...names)).status).toBe(status),
});

describe('a purchase that goes well', () => {
  it('waits for the fan between the reservation and the payment, and then runs to its end', () => {
    given('held').then('RUNNING');
    given('held', 'created').then('AWAITING_PAYMENT');
    given('held', 'created', 'paid').then('RUNNING');
    given('held', 'created', 'paid', 'confirmed').then('RUNNING');
    given('held', 'created', 'paid', 'confirmed', 'sold').then('COMPLETED');
  });

  it('tells whose it is, until when it waits, and when it ended', () => {
    const waiting = sagaOf(purchase.id, steps('held', 'created'));
    expect(waiting).toMatchObject({ userId: purchase.userId, type: 'PURCHASE', endedAt: null });
    expect(waiting.waitsUntil).toEqual(new Date(start + 300_000));
    const sold = sagaOf(purchase.id, steps('held', 'created', 'paid', 'confirmed', 'sold', 'replayed'));
    expect(sold).toEqual({
      ...{
        id: purchase.id,
        type: 'PURCHASE',
        userId: purchase.userId,
        status: 'COMPLETED',
        waitsUntil: null,
      },
      startedAt: new Date(start),
      updatedAt: new Date(start + 5_000),
      endedAt: new Date(start + 4_000),
    });
  });
});

describe('a purchase that goes back', () => {
  const chains: EventName[][] = [
    ['held', 'created', 'expired', 'released'],
    ['held', 'created', 'cancelled', 'released'],
    ['held', 'created', 'notPaid', 'cancelled', 'released'],
    ['held', 'created', 'paid', 'confirmed', 'sold', 'cancelled', 'released', 'refunded'],
    ['held', 'created', 'expired', 'released', 'paid', 'notConfirmed', 'refunded'],
    ['held', 'created', 'paid', 'confirmed', 'notSold', 'cancelled', 'refunded'],
    ['paid', 'notConfirmed', 'refunded', 'held', 'created', 'cancelled', 'released'],
    ['held', 'created', 'paid', 'deadLettered', 'compensated', 'cancelled', 'released', 'refunded'],
    ['held', 'created', 'paid', 'compensated', 'confirmed', 'sold', 'cancelled', 'refunded', 'released'],
    ['held', 'deadLettered', 'compensated', 'released'],
  ];
  it.each(chains.map((chain) => [chain.join(' → '), chain] as const))('is COMPENSATED by %s', (_, chain) => {
    given(...chain).then('COMPENSATED');
    given(...chain.slice(0, -1)).then(chain.includes('compensated') ? 'STALLED' : 'COMPENSATING');
  });

  it('is COMPENSATED also when its dead letter is heard of last, or again', () => {
    given('held', 'created', 'paid', 'cancelled', 'released', 'refunded', 'deadLettered').then('COMPENSATED');
    given('held', 'created', 'paid', 'cancelled', 'released', 'refunded', 'notConfirmed').then('COMPENSATED');
  });

  it('comes out the same in whatever order its steps are heard of', () => {
    for (const chain of chains) {
      const inTime = steps(...chain);
      for (let i = 0; i < chain.length; i++) {
        const rotated = [...inTime.slice(i), ...inTime.slice(0, i)].toReversed();
        expect(sagaOf(purchase.id, rotated)).toEqual(sagaOf(purchase.id, inTime));
      }
    }
  });
});

describe('a purchase that stands still', () => {
  it('is STALLED from a dead letter on its path, or a request of ours, until it has ended', () => {
    given('held', 'created', 'paid', 'deadLettered').then('STALLED');
    given('held', 'created', 'paid', 'replayed').then('STALLED');
    given('held', 'created', 'paid', 'replayed', 'confirmed').then('RUNNING');
    given('held', 'created', 'paid', 'replayed', 'compensated', 'cancelled').then('STALLED');
  });

  it('is not STALLED by what a service off its path could not handle', () => {
    const [held, created, paid] = steps('held', 'created', 'paid') as [Step, Step, Step];
    const ofQueue = { ...steps('deadLettered')[0]!, service: 'queue' };
    expect(sagaOf(purchase.id, [held, created, paid, ofQueue]).status).toBe('RUNNING');
  });

  it('has completed all the same when somebody gives up on something after its end', () => {
    given('held', 'created', 'paid', 'confirmed', 'sold', 'deadLettered').then('COMPLETED');
  });
});

describe('steps', () => {
  it('are in order of happening, and of those of one millisecond the cause is before the effect', () => {
    const names: EventName[] = ['held', 'created', 'paid', 'confirmed', 'sold', 'cancelled', 'refunded'];
    const atOnce = steps(...names).map((step) => ({ ...step, at: new Date(start) }));
    expect(inOrder(atOnce.toReversed()).map(({ name }) => name)).toEqual([
      ...['seats.held', 'reservation.created', 'payment.completed', 'reservation.confirmed', 'seats.sold'],
      ...['reservation.cancelled', 'payment.refunded'],
    ]);
    const late = { ...atOnce[0]!, at: new Date(start + 1) };
    expect(inOrder([late, ...atOnce.slice(1)]).at(-1)?.name).toBe('seats.held');
  });

  it('say who did what, and what went wrong', () => {
    const [failed, deadLetter, asked] = steps('notPaid', 'deadLettered', 'compensated');
    expect(failed).toMatchObject({ name: 'payment.failed', service: 'payments', status: 'FAILED' });
    expect(failed?.error).toBe('INSUFFICIENT_POINTS');
    expect(deadLetter).toMatchObject({ service: 'reservations', status: 'FAILED', error: 'Error: no' });
    expect(asked).toMatchObject({ service: 'sagas', status: 'FAILED', error: 'Nothing has followed.' });
  });
});
