import { joinInGroups } from './join-group.ts';

/** Stands in for the transaction: each group is written when the test says so. */
function writing() {
  const groups: { concertId: string; fans: readonly string[]; done: () => void; fail: () => void }[] = [];
  const join = joinInGroups<string>(
    (concertId, fans) =>
      new Promise((resolve, reject) => {
        groups.push({
          concertId,
          fans,
          done: () => {
            resolve(new Map(fans.map((fan) => [fan, `ticket of ${fan}`])));
          },
          fail: () => {
            reject(new Error('the database is down'));
          },
        });
      }),
  );
  return { groups, join };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('joins in groups', () => {
  it('writes a lone join at once', async () => {
    const { groups, join } = writing();
    const joined = join('concert', 'jimin');
    await settled();
    expect(groups).toMatchObject([{ concertId: 'concert', fans: ['jimin'] }]);
    groups[0]?.done();
    expect(await joined).toBe('ticket of jimin');
  });

  it('gathers who comes while a group is written, in order, and writes them together after it', async () => {
    const { groups, join } = writing();
    void join('concert', 'a');
    await settled();
    const joined = ['b', 'c', 'd'].map((fan) => join('concert', fan));
    await settled();
    expect(groups).toHaveLength(1);
    groups[0]?.done();
    await settled();
    expect(groups[1]?.fans).toEqual(['b', 'c', 'd']);
    groups[1]?.done();
    expect(await Promise.all(joined)).toEqual(['ticket of b', 'ticket of c', 'ticket of d']);
  });

  it('takes a fan who comes many times once, and tells each call', async () => {
    const { groups, join } = writing();
    const joined = Array.from({ length: 20 }, () => join('concert', 'jimin'));
    await settled();
    expect(groups.map(({ fans }) => fans)).toEqual([['jimin']]);
    groups[0]?.done();
    expect(new Set(await Promise.all(joined))).toEqual(new Set(['ticket of jimin']));
  });

  it('writes no more than 500 fans at a time', async () => {
    const { groups, join } = writing();
    const joined = Array.from({ length: 1_200 }, (_, i) => join('concert', String(i)));
    for (let group = 0; group < 3; group++) {
      await settled();
      groups[group]?.done();
    }
    await Promise.all(joined);
    expect(groups.map(({ fans }) => fans.length)).toEqual([500, 500, 200]);
  });

  it('does not let one concert wait for another', async () => {
    const { groups, join } = writing();
    void join('one', 'a');
    void join('other', 'b');
    await settled();
    expect(groups.map(({ concertId }) => concertId)).toEqual(['one', 'other']);
  });

  it('tells everybody in a group that failed, and goes on with the next', async () => {
    const { groups, join } = writing();
    const failed = Promise.allSettled([join('concert', 'a'), join('concert', 'b')]);
    await settled();
    const next = join('concert', 'c');
    groups[0]?.fail();
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settled();
    groups[1]?.done();
    expect(await next).toBe('ticket of c');
  });
});
