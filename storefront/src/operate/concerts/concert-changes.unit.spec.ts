import { changesOf, consequencesOf, isHidden } from './concert-changes.ts';
import type { Concert } from './concert-changes.ts';

const concert: Concert = {
  ...{ id: 'c', version: 3, title: 'Winter Light', artist: 'Choir', description: '', maxSeatsPerFan: 4 },
  ...{ salesOpenAt: '2026-12-01T09:00:00.000Z', publishAt: '2026-11-30T09:00:00.000Z' },
};
const before = Date.parse('2026-11-29T00:00:00.000Z');
const onSale = Date.parse('2026-12-02T00:00:00.000Z');

describe('what a change of a concert would do', () => {
  it('is nothing where nothing differs', () => {
    const same = { title: 'Winter Light', maxSeatsPerFan: 4 };
    expect(changesOf(concert, same)).toEqual({});
    expect(consequencesOf(concert, same, before)).toEqual([]);
  });

  it('is said of each thing that differs, and only those are sent', () => {
    const draft = { title: 'Winter Lights', artist: 'Choir', maxSeatsPerFan: 2 };
    expect(changesOf(concert, draft)).toEqual({ title: 'Winter Lights', maxSeatsPerFan: 2 });
    expect(consequencesOf(concert, draft, before)).toEqual([
      { then: 'title', before: 'Winter Light', after: 'Winter Lights' },
      { then: 'allowsFewer', before: 4, after: 2 },
    ]);
  });

  it.each([
    ['opensLater', '2026-12-01T10:00:00.000Z', before],
    ['opensEarlier', '2026-11-30T10:00:00.000Z', before],
    ['opensNow', '2026-11-28T10:00:00.000Z', before],
    ['closesUntil', '2026-12-03T10:00:00.000Z', onSale],
  ])('%s, when sales open at another time', (then, salesOpenAt, now) => {
    expect(consequencesOf(concert, { salesOpenAt }, now)).toMatchObject([{ then }]);
  });

  it('is that everybody sees it, at once or at its time', () => {
    const publishAt = '2026-11-29T12:00:00.000Z';
    expect(consequencesOf(concert, { publishAt }, before)).toEqual([{ then: 'publishes', after: publishAt }]);
    expect(consequencesOf(concert, { publishAt }, Date.parse(publishAt))).toEqual([{ then: 'publishesNow' }]);
  });

  it('knows a hidden concert by its time', () => {
    expect(isHidden(concert, before)).toBe(true);
    expect(isHidden(concert, onSale)).toBe(false);
    expect(isHidden({ publishAt: null }, before)).toBe(false);
  });
});
