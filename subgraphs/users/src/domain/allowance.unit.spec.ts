import { giveBack, take } from './allowance.ts';

const now = new Date('2026-11-20T08:30:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const allowance = { most: 10, withinMs: 900_000 };

/** Takes one `times` times at the same moment. */
function takeMany(times: number, from: Date | null = null, at = now, given = allowance): Date | null {
  let dueAt = from;
  for (let i = 0; i < times; i++) {
    dueAt = take(dueAt, given, at);
    if (dueAt === null) return null;
  }
  return dueAt;
}

describe('an allowance', () => {
  it.each([
    { most: 10, withinMs: 900_000 },
    { most: 7, withinMs: 900_000 },
    { most: 1, withinMs: 1_000 },
    { most: 1_000, withinMs: 3_600_000 },
  ])('of $most within $withinMs ms permits that many at once, and not one more', (given) => {
    expect(takeMany(given.most, null, now, given)).not.toBeNull();
    expect(takeMany(given.most + 1, null, now, given)).toBeNull();
  });

  it('that is used up permits one more after its share of the time, and all of them after all of it', () => {
    const dueAt = takeMany(10);
    expect(take(dueAt, allowance, later(89_999))).toBeNull();
    const next = take(dueAt, allowance, later(90_000));
    expect(next).not.toBeNull();
    expect(take(next, allowance, later(90_000))).toBeNull();
    expect(takeMany(10, dueAt, later(900_000))).not.toBeNull();
  });

  it('is as large as ever after a long rest', () => {
    expect(takeMany(11, takeMany(1), later(86_400_000))).toBeNull();
    expect(takeMany(10, takeMany(1), later(86_400_000))).not.toBeNull();
  });

  it('can be given back', () => {
    const dueAt = takeMany(10) as Date;
    expect(take(giveBack(dueAt, allowance), allowance, now)).toEqual(dueAt);
  });
});
