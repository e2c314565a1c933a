import { afterTrial, callsAllowed, givenBack, tripped, withStarted } from './circuit.ts';
import type { Circuit, HalfOpen } from './circuit.ts';

const now = new Date('2026-11-20T08:30:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const [openMs, trialMs] = [30_000, 10_000];

const closed: Circuit = { state: 'CLOSED', generation: 1 };
const open: Circuit = { state: 'OPEN', generation: 2, reopensAt: later(openMs) };
const halfOpen = (over: Partial<HalfOpen> = {}): HalfOpen => ({
  ...{ state: 'HALF_OPEN', generation: 3, started: 3, succeeded: 0, failed: 0, reopensAt: later(trialMs) },
  ...over,
});

describe('a closed circuit', () => {
  it('lets everything through, and is not changed by that', () => {
    expect(callsAllowed(closed, now)).toBe(Infinity);
    expect(withStarted(closed, 5, trialMs, now)).toBe(closed);
  });

  it('opens for 30 s when the last calls were too bad', () => {
    expect(tripped(closed, 1, openMs, now)).toEqual(open);
  });

  it('does not open because of calls that were made before it closed', () => {
    expect(tripped({ ...closed, generation: 4 }, 1, openMs, now)).toEqual({ ...closed, generation: 4 });
  });
});

describe('an open circuit', () => {
  it('lets nothing through, and then three trial calls', () => {
    expect(callsAllowed(open, later(openMs - 1))).toBe(0);
    expect(callsAllowed(open, later(openMs))).toBe(3);
  });

  it('is half open once a trial call has started, and no sooner', () => {
    expect(withStarted(open, 0, trialMs, later(openMs))).toBe(open);
    expect(withStarted(open, 2, trialMs, later(openMs))).toEqual(
      halfOpen({ started: 2, reopensAt: later(openMs + trialMs) }),
    );
  });

  it('is not opened again by those who find out late', () => {
    expect(tripped(open, 1, openMs, later(5_000))).toBe(open);
  });
});

describe('a half-open circuit', () => {
  it('lets as many calls through as are missing from three', () => {
    expect(callsAllowed(halfOpen({ started: 1 }), now)).toBe(2);
    expect(withStarted(halfOpen({ started: 1 }), 2, trialMs, now)).toMatchObject({
      started: 3,
      generation: 3,
    });
    expect(callsAllowed(halfOpen(), now)).toBe(0);
  });

  const ended = (circuit: Circuit, ...trials: boolean[]) =>
    trials.reduce(
      (found, hasFailed) => afterTrial(found, { generation: 3, hasFailed }, openMs, now),
      circuit,
    );

  it.each([
    ['closes', [false, false, false], { state: 'CLOSED', generation: 4 }],
    ['closes', [false, true, false], { state: 'CLOSED', generation: 4 }],
    ['opens', [true, false, true], { state: 'OPEN', generation: 4, reopensAt: later(openMs) }],
    ['opens', [true, true, true], { state: 'OPEN', generation: 4, reopensAt: later(openMs) }],
    ['waits', [true, true], { state: 'HALF_OPEN', generation: 3, failed: 2 }],
  ] as const)('%s after %j (true: failed)', (_verb, trials, expected) => {
    expect(ended(halfOpen(), ...trials)).toMatchObject(expected);
  });

  it('lets another call through for a trial that was not made after all', () => {
    const back = givenBack(halfOpen({ succeeded: 1, failed: 1 }), 3);
    expect(callsAllowed(back, now)).toBe(1);
    expect(ended(back, true)).toMatchObject({ state: 'OPEN' });
    expect(givenBack(halfOpen(), 2)).toEqual(halfOpen());
  });

  it('lets others try when whoever made a trial died, and does not listen to the old ones then', () => {
    const stuck = halfOpen({ succeeded: 2 });
    expect(callsAllowed(stuck, later(trialMs))).toBe(3);
    const again = withStarted(stuck, 3, trialMs, later(trialMs));
    expect(again).toMatchObject({ generation: 4, started: 3, succeeded: 0, failed: 0 });
    expect(afterTrial(again, { generation: 3, hasFailed: false }, openMs, now)).toBe(again);
  });
});
