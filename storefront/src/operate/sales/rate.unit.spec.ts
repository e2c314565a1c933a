import { perSecond } from './rate.ts';

it.each([
  [0, '0.0'],
  [1, '< 0.1'],
  [6, '0.1'],
  [90, '1.5'],
  [72_000, '1,200.0'],
])('%i purchases in a minute are %s per second', (count, text) => {
  expect(perSecond(count, 'en')).toBe(text);
});
