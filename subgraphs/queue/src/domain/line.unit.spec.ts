import { Line } from './line.ts';

const lineOf = (...numbers: number[]) => {
  const line = new Line();
  for (const number of numbers) line.join(number);
  return line;
};

describe('a line', () => {
  it('is empty at first', () => {
    const line = new Line();
    expect([line.waiting, line.first(), line.ahead(1), line.ahead(1_000_000)]).toEqual([0, null, 0, 0]);
  });
  it('takes a quarter of a byte for each of a million who wait, as the README says', () => {
    const before = process.memoryUsage().arrayBuffers;
    const line = new Line();
    for (let number = 1; number <= 1_000_000; number++) line.join(number);
    const bytes = (process.memoryUsage().arrayBuffers - before) / line.waiting;
    // The memory doubles when it is full, and what it was before may not be collected yet.
    expect(bytes).toBeLessThan(0.75);
  });
  it('counts who is ahead, and not who left', () => {
    const line = lineOf(1, 2, 3, 600, 70_000);
    line.leave(2);
    expect([1, 2, 3, 600, 601, 70_000, 70_001].map((number) => line.ahead(number))).toEqual([
      0, 1, 1, 2, 3, 3, 4,
    ]);
    expect(line.first()).toBe(1);
  });
  it('takes the same news twice', () => {
    const line = lineOf(1, 2, 2);
    line.leave(1);
    line.leave(1);
    line.leave(9);
    expect(line.waiting).toBe(1);
  });
  it('loses its front', () => {
    const line = lineOf(1, 5, 31, 32, 511, 512, 513, 4_096);
    line.leaveUpTo(512);
    expect([line.first(), line.waiting, line.isWaiting(512)]).toEqual([513, 2, false]);
    line.leaveUpTo(1_000_000);
    expect([line.first(), line.waiting]).toEqual([null, 0]);
  });
  it('knows the last number of a word, and the highest bit', () => {
    const line = lineOf(31, 63);
    expect([line.ahead(31), line.ahead(32), line.ahead(63), line.ahead(64)]).toEqual([0, 1, 1, 2]);
    expect(line.first()).toBe(31);
  });

  it('agrees with a plain set through 20,000 random changes', () => {
    let seed = 20_261_120;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const line = new Line();
    const plain = new Set<number>();
    let last = 0;
    for (let i = 0; i < 20_000; i++) {
      const dice = random(100);
      if (dice < 70) {
        line.join(++last);
        plain.add(last);
      } else if (dice < 97) {
        const number = random(last + 1);
        line.leave(number);
        plain.delete(number);
      } else {
        const number = (line.first() ?? 0) + random(60);
        line.leaveUpTo(number);
        for (const other of plain) if (other <= number) plain.delete(other);
      }
      if (i % 500 > 0) continue;
      const sorted = [...plain].sort((a, b) => a - b);
      expect([line.waiting, line.first()]).toEqual([sorted.length, sorted[0] ?? null]);
      sorted.forEach((number, ahead) => {
        if (line.ahead(number) !== ahead)
          throw new Error(`${number} has ${line.ahead(number)} ahead, not ${ahead}`);
      });
    }
    expect(last).toBeGreaterThan(10_000);
  });
});
