import { aPurchase, published, publisherOf } from './testing.ts';
import type { EventName } from './testing.ts';
import { nextMove } from './next-move.ts';
import { toStep } from './step.ts';
import type { Step } from './step.ts';

const patience = { replayAfterMs: 20_000, compensateAfterMs: 300_000 };
const start = new Date('2026-11-20T08:30:00.000Z').getTime();
const purchase = aPurchase({ expiresAt: new Date(start + 300_000) });

/** A step that happened, and was heard of, so many seconds after the start. */
const step = (name: EventName, seconds: number, heardAfter = 0): Step =>
  toStep(
    published(purchase[name](), publisherOf[name], new Date(start + 1_000 * seconds)),
    new Date(start + 1_000 * (seconds + heardAfter)),
  );
const given = (...steps: Step[]) => {
  const move = nextMove(purchase.id, steps, patience);
  const seconds = move === null ? undefined : (move.at.getTime() - start) / 1_000;
  const data = move?.event.data as { since?: string; userId?: string; why?: string } | undefined;
  return {
    thenNothing: () => expect(move).toBeNull(),
    thenReplayAt: (expected: number) =>
      expect([move?.event.type, seconds]).toEqual(['saga.replay-requested.v1', expected]),
    thenCompensateAt: (expected: number, why: string) => {
      expect([move?.event.type, seconds]).toEqual(['saga.compensation-requested.v1', expected]);
      expect(data).toMatchObject({ userId: purchase.userId, why });
    },
    since: data?.since,
  };
};
/** Replays that were heard of, one every 20 s. */
const inVain = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => step('replayed', from + 20 * i));

describe('a saga that stands still', () => {
  const [held, created, paid] = [step('held', 0), step('created', 1), step('paid', 10)];

  it('has its events told again 20 s after its last step, from its very beginning on', () => {
    given(held).thenReplayAt(20);
    given(held, created, paid).thenReplayAt(30);
    const { since } = given(held, created, paid);
    expect(new Date(since!).getTime()).toBe(start - 60_000);
  });

  it('has them told again every 20 s, and from each step on counts anew', () => {
    given(held, created, paid, step('replayed', 30)).thenReplayAt(50);
    given(held, created, paid, ...inVain(30, 13)).thenReplayAt(290);
    given(held, created, paid, step('replayed', 30), step('confirmed', 35)).thenReplayAt(55);
  });

  it('is put back after 5 minutes', () => {
    given(held, created, paid, ...inVain(30, 14)).thenCompensateAt(310, 'Nothing has followed for 300 s.');
  });

  it('is not put back while its replays are not heard of here: there may be no broker', () => {
    given(held, created, paid, step('replayed', 30)).thenReplayAt(50);
    given(held, created, paid, step('replayed', 30, 600)).thenCompensateAt(
      650,
      'Nothing has followed for 640 s.',
    );
  });

  it('waits for the fan to pay until the reservation has expired', () => {
    given(held, created).thenReplayAt(320);
    given(held, created, ...inVain(320, 1)).thenReplayAt(340);
    given(held, created, ...inVain(320, 14)).thenCompensateAt(600, 'Nothing has followed for 300 s.');
  });

  it('is given as long again as its news are late: more of them may be on their way', () => {
    given(step('held', 0, 3_600)).thenReplayAt(7_220);
    given(step('held', 0, 3_600), step('created', 1, 3_600), step('paid', 2, 3_600)).thenReplayAt(7_222);
  });

  it('is not put back when its beginning is forgotten: so may be its end', () => {
    given(paid).thenReplayAt(30);
    given(paid, ...inVain(30, 1)).thenNothing();
    given(paid, step('deadLettered', 11)).thenReplayAt(30);
  });
});

describe('a saga with a dead letter', () => {
  const [held, created, paid] = [step('held', 0), step('created', 1), step('paid', 10)];
  const why = 'reservations-on-payment-completed-v1 gave up on payment.completed.v1.';

  it('is put back at once', () => {
    given(held, created, paid, step('deadLettered', 15)).thenCompensateAt(15, why);
  });

  it('is not put back at once when the news are old, as they are while a log is rebuilt', () => {
    given(held, created, paid, step('deadLettered', 15, 3_600)).thenCompensateAt(15 + 7_200, why);
  });

  it('goes on when only somebody off its path gave up', () => {
    given(held, created, paid, { ...step('deadLettered', 15), service: 'deliveries' }).thenReplayAt(30);
  });

  it('of which nothing else is known is left alone', () => {
    given(step('deadLettered', 15)).thenNothing();
  });
});

describe('a saga that is being put back', () => {
  const steps = [step('held', 0), step('created', 1), step('paid', 10), step('compensated', 20)];

  it('has its events told again every 5 minutes until it has ended', () => {
    given(...steps).thenReplayAt(320);
    given(...steps, step('cancelled', 21), step('replayed', 320)).thenReplayAt(620);
  });
});

describe('a saga that has ended', () => {
  const completed = [
    step('held', 0),
    step('created', 1),
    step('paid', 10),
    step('confirmed', 11),
    step('sold', 12),
  ];

  it('is left alone, whatever comes', () => {
    given(...completed).thenNothing();
    given(...completed, step('deadLettered', 15)).thenNothing();
    given(step('held', 0), step('created', 1), step('expired', 302), step('released', 303)).thenNothing();
  });
});
