import { newId } from './ids.ts';
import { loaderById, loaderOfMany } from './loader.ts';

const [a, b, unknown] = [newId(), newId(), newId()] as [string, string, string];

describe('a loader', () => {
  it('asks once for all that is wanted in one turn, and gives each what it asked for', async () => {
    const asked: (readonly string[])[] = [];
    const loader = loaderById(
      (ids) => {
        asked.push(ids);
        return Promise.resolve([{ id: b }, { id: a }]);
      },
      ({ id }) => id,
    );
    const found = await Promise.all([a, unknown, b, a, 'no id'].map((id) => loader.load(id)));
    expect(found).toEqual([{ id: a }, null, { id: b }, { id: a }, null]);
    expect(asked).toEqual([[a, unknown, b]]);
  });

  it('of many gives each owner its rows in their order, or an empty list', async () => {
    const rows = [
      { owner: b, n: 1 },
      { owner: a, n: 2 },
      { owner: b, n: 3 },
    ];
    const loader = loaderOfMany(
      () => Promise.resolve(rows),
      ({ owner }) => owner,
    );
    const found = await Promise.all([a, b, unknown, 'no id'].map((id) => loader.load(id)));
    expect(found.map((list) => list.map(({ n }) => n))).toEqual([[2], [1, 3], [], []]);
  });

  it('passes a failure on to everybody who asked', async () => {
    const loader = loaderById<{ id: string }>(
      () => Promise.reject(new Error('connection lost')),
      ({ id }) => id,
    );
    const outcomes = await Promise.allSettled([loader.load(a), loader.load(b)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
