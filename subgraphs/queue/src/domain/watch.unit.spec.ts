import { watchOn } from './watch.ts';
import type { Watch } from './watch.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 29) + seconds * 1_000);

/** Looks once a second, from the first second to the last; fans were last seen as `seenAt` says. */
function looks(
  before: Watch | null,
  first: number,
  last: number,
  seenAt: (second: number) => number | null,
): Watch {
  let watch = before;
  for (let second = first; second <= last; second++) {
    const seen = seenAt(second);
    watch = watchOn(watch, at(second), seen === null ? null : at(seen));
  }
  return watch as Watch;
}
const justNow = (second: number) => second;

describe('the time in which fans could be seen', () => {
  it('begins with the first look', () => {
    expect(watchOn(null, at(0), at(0))).toEqual({ since: at(0), lookedAt: at(0) });
  });

  it('goes on while there are looks and fans are seen', () => {
    expect(looks(null, 0, 300, (second) => second - 33)).toMatchObject({ since: at(0) });
  });

  it('begins again after the process or its database was away', () => {
    const before = looks(null, 0, 300, justNow);
    expect(watchOn(before, at(314), at(281))).toMatchObject({ since: at(0) });
    expect(watchOn(before, at(316), at(316))).toMatchObject({ since: at(316) });
  });

  it('begins again when nobody at all was seen, as after all gateways were away', () => {
    const before = looks(null, 0, 300, justNow);
    const outage = looks(before, 301, 500, () => 300);
    expect(outage).toMatchObject({ since: at(500) });
    expect(looks(outage, 501, 600, justNow)).toMatchObject({ since: at(500) });
  });

  it('begins with the fan who joins an empty line', () => {
    expect(looks(null, 0, 300, () => null)).toMatchObject({ since: at(300) });
  });
});
