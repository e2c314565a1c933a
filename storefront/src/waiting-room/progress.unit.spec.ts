import { progressOf } from './progress.ts';

describe('the progress in a line', () => {
  it('begins above 0, grows with each position, and is 1 only when it is the fan’s turn', () => {
    const all = [99, 50, 1, 0].map((position) => progressOf(99, position));
    expect(all).toEqual([0.01, 0.5, 0.99, 1]);
  });

  it('stays between 0 and 1, whatever was seen first', () => {
    expect(progressOf(0, 7)).toBeGreaterThan(0);
    expect(progressOf(3, 7)).toBeLessThan(1);
  });
});
