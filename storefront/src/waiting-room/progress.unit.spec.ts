import { progressOf } from './progress.ts';

describe('the progress in a line', () => {
  it('begins above nothing, grows with each place, and is whole only at the turn', () => {
    const all = [99, 50, 1, 0].map((position) => progressOf(99, position));
    expect(all).toEqual([0.01, 0.5, 0.99, 1]);
  });

  it('never goes beyond its ends, whatever was seen first', () => {
    expect(progressOf(0, 7)).toBeGreaterThan(0);
    expect(progressOf(3, 7)).toBeLessThan(1);
  });
});
