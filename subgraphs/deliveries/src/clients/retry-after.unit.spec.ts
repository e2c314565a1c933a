import { retryAfterMs } from './retry-after.ts';

const now = new Date('2026-11-20T08:30:00.000Z');

it.each([
  ['120', 120_000],
  [' 1 ', 1_000],
  ['Fri, 20 Nov 2026 08:30:45 GMT', 45_000],
  ['0', undefined],
  ['Fri, 20 Nov 2026 08:29:00 GMT', undefined],
  ['-5', undefined],
  ['1.5 hours', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
  [['1', '2'], undefined],
])('Retry-After: %j means %p ms', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
