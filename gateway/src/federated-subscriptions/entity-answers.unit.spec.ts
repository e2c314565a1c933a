import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { jest } from '@jest/globals';
import { EntityAnswers, publicForMs } from './entity-answers.ts';

const request = (id: string) =>
  ({
    request: { query: 'query { _entities }', variables: { representations: [{ id }] } },
  }) as unknown as GraphQLDataSourceProcessOptions;

/** A subgraph that counts requests, and answers a little later. */
function subgraph(cacheControl?: string) {
  let asked = 0;
  const dataSource: GraphQLDataSource = {
    process: async ({ request: { variables } }) => {
      const count = ++asked;
      await new Promise((resolve) => setTimeout(resolve, 5));
      const headers = new Headers(cacheControl === undefined ? {} : { 'cache-control': cacheControl });
      return { data: { count, variables }, http: { headers } };
    },
  };
  return { dataSource, asked: () => asked };
}

const ask = (answers: EntityAnswers, dataSource: GraphQLDataSource, id: string, scope: string) =>
  answers.ask('concerts', dataSource, request(id), scope).then(({ answer }) => answer);

describe('requests for entities', () => {
  afterEach(() => jest.useRealTimers());

  it('that are the same, for the same viewer, in the same turn are one; not those of later turns', async () => {
    const [answers, { dataSource, asked }] = [new EntityAnswers(), subgraph()];
    const [one, two] = await Promise.all([
      ask(answers, dataSource, 'c1', 'mina'),
      ask(answers, dataSource, 'c1', 'mina'),
      ask(answers, dataSource, 'c2', 'mina'),
    ]);
    expect(asked()).toBe(2);
    expect(one).toEqual(two);
    // @apollo/gateway writes into what it gets.
    expect(one.data).not.toBe(two.data);
    const early = ask(answers, dataSource, 'c1', 'mina');
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([early, ask(answers, dataSource, 'c1', 'mina')]);
    expect(asked()).toBe(4);
  });

  it('that have been answered are made again, also within the same turn', async () => {
    let asked = 0;
    const atOnce: GraphQLDataSource = { process: () => Promise.resolve({ data: { count: ++asked } }) };
    const answers = new EntityAnswers();
    for (let count = 1; count <= 2; count++)
      expect((await ask(answers, atOnce, 'c1', 'mina')).data).toEqual({ count });
  });

  it('of different viewers are different, unless the subgraph says that the answer is public', async () => {
    const [answers, { dataSource, asked }] = [new EntityAnswers(), subgraph('max-age=5, private')];
    await Promise.all(['mina', 'otto', ''].map((scope) => ask(answers, dataSource, 'c1', scope)));
    expect(asked()).toBe(3);
    await ask(answers, dataSource, 'c1', 'mina');
    expect(asked()).toBe(4);
  });

  it('for what is public are one, for as long as the subgraph says', async () => {
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'setImmediate', 'queueMicrotask'] });
    const [answers, { dataSource, asked }] = [new EntityAnswers(), subgraph('max-age=5, public')];
    await ask(answers, dataSource, 'c1', 'mina');
    await ask(answers, dataSource, 'c1', 'otto');
    expect(asked()).toBe(1);
    jest.advanceTimersByTime(4_999);
    await ask(answers, dataSource, 'c1', '');
    expect(asked()).toBe(1);
    jest.advanceTimersByTime(2);
    const fans = Array.from({ length: 100 }, (_, n) => ask(answers, dataSource, 'c1', `fan-${n}`));
    await Promise.all(fans);
    expect(asked()).toBe(2);
  });

  it('that were answered with errors are made again', async () => {
    let asked = 0;
    const failing: GraphQLDataSource = {
      process: () => {
        asked++;
        const headers = new Headers({ 'cache-control': 'public, max-age=60' });
        return Promise.resolve({ data: null, errors: [{ message: 'no' }], http: { headers } } as never);
      },
    };
    const answers = new EntityAnswers();
    await ask(answers, failing, 'c1', 'mina');
    await ask(answers, failing, 'c1', 'otto');
    expect(asked).toBe(2);
  });

  it.each([
    [undefined, 0],
    ['no-store', 0],
    ['max-age=5', 0],
    ['max-age=5, private', 0],
    ['public', 0],
    ['public, max-age=5, no-cache', 0],
    ['Max-Age=5,Public', 5_000],
    ['public, max-age=-5', 0],
  ])('may be kept as Cache-Control says: %s', (header, ms) => {
    expect(publicForMs(header)).toBe(ms);
  });
});
