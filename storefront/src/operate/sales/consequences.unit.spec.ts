import { changesOf, consequencesOf } from './consequences.ts';
import type { Room } from './consequences.ts';

const room: Room = {
  ...{ status: 'OPEN', waiting: 600, active: 80, maxActive: 100 },
  ...{ admitPerSecond: 10, admissionSeconds: 600, challenge: false },
};

describe('what a change of a waiting room would do', () => {
  it('is nothing if nothing changes', () => {
    expect(consequencesOf(room, room)).toEqual([]);
    expect(changesOf(room, room)).toEqual({});
  });

  it('is said about those who wait and those who are admitted', () => {
    expect(consequencesOf(room, { ...room, status: 'CLOSED' })).toEqual([
      { then: 'closes', waiting: 600, active: 80 },
    ]);
  });

  it('says how long the line takes then', () => {
    expect(consequencesOf(room, { ...room, admitPerSecond: 20 })).toEqual([
      { then: 'rate', before: 60, after: 30 },
    ]);
    expect(consequencesOf({ ...room, waiting: 0 }, { ...room, admitPerSecond: 20 })).toEqual([
      { then: 'rateOfNobody', rate: 20 },
    ]);
  });

  it('sends nobody out of a room that is made smaller', () => {
    expect(consequencesOf(room, { ...room, maxActive: 50 })).toEqual([{ then: 'shrinks', over: 30 }]);
    expect(consequencesOf(room, { ...room, maxActive: 90 })).toEqual([{ then: 'fits', free: 10 }]);
    expect(consequencesOf(room, { ...room, maxActive: 150 })).toEqual([{ then: 'grows', more: 50 }]);
  });

  it('names all that changes, and sends nothing else', () => {
    const wanted = { ...room, status: 'PAUSED', admissionSeconds: 300, challenge: true } as const;
    expect(consequencesOf(room, wanted).map(({ then }) => then)).toEqual(['pauses', 'lasts', 'asks']);
    expect(changesOf(room, wanted)).toEqual({ status: 'PAUSED', admissionSeconds: 300, challenge: true });
  });
});
