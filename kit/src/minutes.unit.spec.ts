import { asBefore, lastMinutes, LastKept, minuteOf, ofEach } from './minutes.ts';

const at = (time: string) => new Date(`2026-11-27T${time}.000Z`);

describe('the last minutes', () => {
  it('end with the present one', () => {
    expect(lastMinutes(3, at('12:00:59'))).toEqual([at('11:58:00'), at('11:59:00'), at('12:00:00')]);
    expect(minuteOf(at('12:00:59'))).toEqual(at('12:00:00'));
  });

  it.each([0, -1, 1_441])('are not %d', (count) => {
    expect(() => lastMinutes(count, at('12:00:00'))).toThrow('must be from 1 to 1440');
  });
});

describe('what there is of each minute', () => {
  const minutes = lastMinutes(4, at('12:03:00'));

  it('is the row, or else as it was before, even before the first of them', () => {
    const rows = [
      { at: at('12:02:00'), held: 7 },
      { at: at('11:00:00'), held: 2 },
    ];
    expect(ofEach(minutes, rows, asBefore).map(({ held }) => held)).toEqual([2, 2, 7, 7]);
  });

  it('is nothing as long as nothing was kept', () => {
    expect(ofEach(minutes, [{ at: at('12:02:00'), held: 7 }], asBefore)).toEqual([
      { at: at('12:02:00'), held: 7 },
      { at: at('12:03:00'), held: 7 },
    ]);
  });
});

describe('what was kept last', () => {
  it('is new when it differs, and each hour', () => {
    const kept = new LastKept();
    expect(kept.isNew('a', [1, 2], at('12:00:00'))).toBe(true);
    expect(kept.isNew('a', [1, 2], at('12:30:00'))).toBe(false);
    expect(kept.isNew('b', [1, 2], at('12:30:00'))).toBe(true);
    expect(kept.isNew('a', [2, 2], at('12:30:00'))).toBe(true);
    expect(kept.isNew('a', [2, 2], at('13:00:00'))).toBe(true);
  });

  it('is forgotten where it could not be stored', () => {
    const kept = new LastKept();
    kept.isNew('a', [1], at('12:00:00'));
    kept.forget();
    expect(kept.isNew('a', [1], at('12:00:00'))).toBe(true);
  });
});
