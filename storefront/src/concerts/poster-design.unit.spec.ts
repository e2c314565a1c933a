import { designOf, patterns } from './poster-design.ts';

describe('a poster', () => {
  it('is the same for the same concert', () => {
    const [one, other] = [designOf('NOVALINE/AFTERGLOW'), designOf('NOVALINE/AFTERGLOW')];
    expect(one.palette).toBe(other.palette);
    expect([one.pattern, one.next()]).toEqual([other.pattern, other.next()]);
  });

  it('comes in all patterns', () => {
    const seen = new Set(Array.from({ length: 60 }, (_, index) => designOf(`concert ${index}`).pattern));
    expect([...seen].sort()).toEqual([...patterns].sort());
  });
});
