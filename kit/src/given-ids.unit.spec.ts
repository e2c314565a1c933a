import { GivenIds } from './given-ids.ts';
import { isId, newId } from './ids.ts';

const ids = new GivenIds('a secret of 32 characters or more');
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);

describe('an id that is given out', () => {
  it('is a UUIDv7, in order of creation, and unlike every other', () => {
    const given = Array.from({ length: 20_000 }, () => ids.next());
    expect(new Set(given).size).toBe(given.length);
    expect(given.every((id) => isId(id) && /^.{14}7.{4}[89ab]/.test(id))).toBe(true);
    expect(given).toEqual(given.toSorted());
  });

  it('is recognised by every service that has the secret', () => {
    expect(new GivenIds('a secret of 32 characters or more').isGiven(ids.next())).toBe(true);
    expect(new GivenIds('another secret of 32 characters').isGiven(ids.next())).toBe(false);
  });

  it('is not one that somebody made up, nor one that was changed', () => {
    const given = ids.next();
    const changed = Array.from(given, (digit, at) =>
      digit === '-' || at === 14
        ? given
        : given.slice(0, at) + (digit === '8' ? '9' : '8') + given.slice(at + 1),
    ).filter((id) => id !== given);
    expect(changed.length).toBeGreaterThan(25);
    for (const id of [...changed, newId(), '', 'a', given.toUpperCase()]) expect(ids.isGiven(id)).toBe(false);
  });

  it('may still be heard of for a day, and one that nobody gave out never', () => {
    const id = ids.next();
    expect(ids.mayStillCome(id, inSeconds(-5))).toBe(true); // by a clock that is behind
    expect(ids.mayStillCome(id, inSeconds(86_300))).toBe(true);
    expect(ids.mayStillCome(id, inSeconds(86_500))).toBe(false);
    expect(ids.mayStillCome(newId(), inSeconds(0))).toBe(false);
  });
});
