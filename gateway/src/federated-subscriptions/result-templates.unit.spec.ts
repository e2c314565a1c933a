import { jest } from '@jest/globals';
import { ResultTemplates } from './result-templates.ts';
import type { PreparedOperation } from './supergraph.ts';

afterEach(() => jest.useRealTimers());

const place = (position: unknown, others: object = {}) => ({
  ticket: { id: `t-${String(position)}`, position, status: 'WAITING', concert: { id: 'c-1' }, ...others },
});

interface Options {
  readonly names?: readonly string[];
  readonly variables?: readonly string[];
  /** Makes the client's data from the event's. */
  readonly complete?: (data: object) => object;
  readonly publicUntil?: number;
  readonly errors?: object[];
}

/** An operation whose later fetches ask for the `id` of concerts and return their `title`, unless a test says otherwise. */
function operation(options: Options = {}) {
  const templates = new ResultTemplates();
  const { names = ['title'], variables = [], publicUntil = Infinity, errors } = options;
  const complete = options.complete ?? ((data) => ({ shown: true, ...data }));
  const dependence = { names: new Set(names), variables };
  const prepared = { hash: 'h', plan: () => ({ dependence }) } as unknown as PreparedOperation;
  let executed = 0;
  const resultOf = async (data: object, given: Record<string, unknown> = {}, event: object = {}) => {
    const text = await templates.resultOf(prepared, { data: { ...data }, ...event }, given, async () => {
      executed += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return { text: JSON.stringify({ data: complete(data), ...(errors && { errors }) }), publicUntil };
    });
    return JSON.parse(text) as { data: object };
  };
  return { resultOf, executed: () => executed };
}

describe('results of events that differ in values only', () => {
  it('are executed once, and each shows its own values, in the order of the result', async () => {
    const { resultOf, executed } = operation({
      complete: (data) => ({ ...Object.fromEntries(Object.entries(data).toReversed()), title: 'Spring 봄' }),
    });
    for (const position of [9_999, 1, 0, -7, 2 ** 31 - 1]) {
      const data = { ...place(position), note: 'so "it" is\n', empty: '' };
      expect(await resultOf(data)).toEqual({ data: { ...data, title: 'Spring 봄' } });
    }
    expect(executed()).toBe(1);
  });

  it('are filled in inside lists of the same length', async () => {
    const { resultOf, executed } = operation();
    const line = (...places: number[]) => ({ line: places.map((each) => place(each)), numbers: places });
    for (const data of [line(1, 2), line(3, 4), line(5, 6, 7)]) {
      expect(await resultOf(data)).toEqual({ data: { shown: true, ...data } });
    }
    expect(executed()).toBe(2);
  });

  it.each<[string, object[]]>([
    ['a name, which may be the value of an enum, or a type', [{ status: 'WAITING' }, { status: 'ADMITTED' }]],
    ['null', [{ position: 1 }, { position: null }]],
    ['a boolean', [{ first: true }, { first: false }]],
    [
      'a number of another kind',
      [{ position: 1 }, { position: 1.5 }, { position: 2 ** 31 }, { position: 2.5 }],
    ],
    ['a text instead of a number', [{ position: 1 }, { position: 'one of many' }]],
    ['a field', [{}, { more: 1 }]],
  ])('are executed anew when they differ in %s', async (_what, differences) => {
    const { resultOf, executed } = operation();
    for (const others of differences) {
      const data = place(1, others);
      expect(await resultOf(data)).toEqual({ data: { shown: true, ...data } });
    }
    expect(executed()).toBe(differences.length);
  });

  it('are executed anew when later fetches ask for that field, or return it', async () => {
    const { resultOf, executed } = operation({ names: ['id'] });
    await resultOf(place(1));
    await resultOf(place(2));
    expect(executed()).toBe(2);
  });

  it('are executed anew for other values of variables on which later fetches depend', async () => {
    const { resultOf, executed } = operation({ variables: ['full'] });
    await resultOf(place(1), { full: true, ticketId: 't-1' });
    await resultOf(place(2), { full: true, ticketId: 't-2' });
    expect(executed()).toBe(1);
    await resultOf(place(3), { full: false, ticketId: 't-3' });
    expect(executed()).toBe(2);
  });

  it('are executed anew when a value is not at the same place as in the event', async () => {
    const { resultOf, executed } = operation({ complete: () => ({ ticket: { position: 7, id: null } }) });
    await resultOf(place(7));
    await resultOf(place(8));
    expect(executed()).toBe(2);
  });

  it('are executed anew when the first may not be shown to others', async () => {
    for (const options of [{ publicUntil: 0 }, { errors: [{ message: 'it broke' }] }]) {
      const { resultOf, executed } = operation(options);
      await resultOf(place(1));
      await resultOf(place(2));
      expect(executed()).toBe(2);
    }
    const { resultOf, executed } = operation();
    await resultOf(place(1), {}, { errors: [{ message: 'the subgraph broke' }] });
    await resultOf(place(2));
    expect(executed()).toBe(2);
  });

  it('are executed anew when what completed the first may no longer be shown to everybody', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { resultOf, executed } = operation({ publicUntil: performance.now() + 5_000 });
    await resultOf(place(1));
    jest.advanceTimersByTime(4_999);
    await resultOf(place(2));
    expect(executed()).toBe(1);
    jest.advanceTimersByTime(1);
    await resultOf(place(3));
    expect(executed()).toBe(2);
  });

  it('wait for the first one, when they come while it is executed', async () => {
    const { resultOf, executed } = operation();
    const places = Array.from({ length: 100 }, (_, i) => place(i));
    const results = await Promise.all(places.map((data) => resultOf(data)));
    expect(results).toEqual(places.map((data) => ({ data: { shown: true, ...data } })));
    expect(executed()).toBe(1);
  });

  it('do not wait for it when the last one could not be reused', async () => {
    const { resultOf, executed } = operation({ publicUntil: 0 });
    await resultOf(place(0));
    const results = [resultOf(place(1)), resultOf(place(2))];
    expect(executed()).toBe(3);
    await Promise.all(results);
  });
});
