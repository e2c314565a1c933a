import { timeLeft } from './time-left.ts';

describe('The time that is left', () => {
  it.each([
    [0, '0 s'],
    [59.2, '1 min 0 s'],
    [119, '1 min 59 s'],
    [120, '2 min 0 s'],
    [3_599, '59 min 59 s'],
    [7_260, '2 h 1 min'],
    ['NULL', 'some time'],
    [Infinity, 'some time'],
  ])('is, of %s s, %s', (seconds, text) => {
    expect(timeLeft(seconds)).toBe(text);
  });
});
