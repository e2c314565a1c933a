import { setTimeout as pause } from 'node:timers/promises';
import { groupCommit } from './group-commit.ts';

/** Stands in for the transaction: each group is written when the test says so. */
function writing() {
  const groups: { lane: string; items: readonly string[]; done: () => void; fail: () => void }[] = [];
  const put = groupCommit<string, string>(
    (lane, items) =>
      new Promise((resolve, reject) => {
        groups.push({
          lane,
          items,
          done: () => {
            resolve(items.map((item) => `${item} is written`));
          },
          fail: () => {
            reject(new Error('the database is down'));
          },
        });
      }),
    { maxGroup: 500 },
  );
  return { groups, put };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a group commit', () => {
  it('writes what comes alone at once', async () => {
    const { groups, put } = writing();
    const answer = put('lane', 'a');
    await settled();
    expect(groups).toMatchObject([{ lane: 'lane', items: ['a'] }]);
    groups[0]?.done();
    expect(await answer).toBe('a is written');
  });

  it('gathers what comes while a group is written, in order, and writes it together after that', async () => {
    const { groups, put } = writing();
    void put('lane', 'a');
    await settled();
    const answers = ['b', 'c', 'b'].map((item) => put('lane', item));
    await settled();
    expect(groups).toHaveLength(1);
    groups[0]?.done();
    await settled();
    expect(groups[1]?.items).toEqual(['b', 'c', 'b']);
    groups[1]?.done();
    expect(await Promise.all(answers)).toEqual(['b is written', 'c is written', 'b is written']);
  });

  it('writes no more than it is told to at a time', async () => {
    const { groups, put } = writing();
    const answers = Array.from({ length: 1_200 }, (_, i) => put('lane', String(i)));
    for (let group = 0; group < 3; group++) {
      await settled();
      groups[group]?.done();
    }
    await Promise.all(answers);
    expect(groups.map(({ items }) => items.length)).toEqual([500, 500, 200]);
  });

  it('does not let one lane wait for another', async () => {
    const { groups, put } = writing();
    void put('one', 'a');
    void put('other', 'b');
    await settled();
    expect(groups.map(({ lane }) => lane)).toEqual(['one', 'other']);
  });

  it('tells everybody in a group that failed, and goes on with the next', async () => {
    const { groups, put } = writing();
    const failed = Promise.allSettled([put('lane', 'a'), put('lane', 'b')]);
    await settled();
    const next = put('lane', 'c');
    groups[0]?.fail();
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settled();
    groups[1]?.done();
    expect(await next).toBe('c is written');
  });
});

describe('a group commit that rests', () => {
  it('gathers after a group for as long as that took, and never longer than it may', async () => {
    const groups: { items: number; beganAt: number; endedAt: number }[] = [];
    const takes = [600, 200, 1];
    const put = groupCommit<number, number>(
      async (_lane, items) => {
        const beganAt = performance.now();
        await pause(takes[groups.length] ?? 0);
        groups.push({ items: items.length, beganAt, endedAt: performance.now() });
        return items;
      },
      { maxGroup: 100, restMs: 400 },
    );
    const startedAt = performance.now();
    await put('lane', 1);
    await Promise.all([put('lane', 2), put('lane', 3)]);
    await put('lane', 4);
    const [first, second, third] = groups;
    expect(groups.map(({ items }) => items)).toEqual([1, 2, 1]);
    expect(first!.beganAt - startedAt).toBeLessThan(350);
    expect(second!.beganAt - first!.endedAt).toBeGreaterThan(350);
    expect(third!.beganAt - second!.endedAt).toBeGreaterThan(150);
  });
});
