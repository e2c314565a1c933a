import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { askDeliveries, listed } from '../testing/answers.ts';
import { deliveriesUnderTest } from '../testing/deliveries-under-test.ts';
import type { DeliveriesUnderTest } from '../testing/deliveries-under-test.ts';
import { aHistory, told } from '../testing/events.ts';

let service: DeliveriesUnderTest;
/** Newest first. */
let all: any[];

beforeAll(async () => {
  service = await deliveriesUnderTest();
  for (let i = 0; i < 4; i++) await service.hear(told(aHistory().confirmed), told(aHistory().paid));
  all = await listed(service);
  await service.database.query(`UPDATE deliveries SET status = 'FAILED' WHERE id IN (?)`, [
    [all[0].id, all[5].id],
  ]);
  all = await listed(service);
});
afterAll(() => service.close());

const idsIn = (rows: { id: string }[]) => rows.map(({ id }) => id);

describe('Query.deliveries', () => {
  it('lists all, newest first', () => {
    expect(all).toHaveLength(12);
    expect(idsIn(all)).toEqual(idsIn(all).toSorted().toReversed());
  });

  it('comes in pages, each of which goes on where the one before ended', async () => {
    const pages: string[][] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { data }: { data: any } = await askDeliveries(service, { first: 5, after });
      pages.push(idsIn(data.deliveries.edges.map(({ node }: any) => node)));
      ({ hasNextPage: more, endCursor: after } = data.deliveries.pageInfo);
    }
    expect(pages).toEqual([idsIn(all).slice(0, 5), idsIn(all).slice(5, 10), idsIn(all).slice(10)]);
  });

  it('can be narrowed to a status, a target, and both', async () => {
    const only = (rows: object) =>
      idsIn(all.filter((row) => Object.entries(rows).every(([k, v]) => row[k] === v)));
    for (const filter of [
      { status: 'FAILED' },
      { target: 'SLACK' },
      { status: 'PENDING', target: 'SLACK' },
    ]) {
      expect(idsIn(await listed(service, filter))).toEqual(only(filter));
    }
    expect(await listed(service, { status: 'DELIVERED' })).toEqual([]);
  });

  it.each([{ first: 0 }, { first: -1 }, { first: 101 }, { after: 'nonsense' }, { after: '' }])(
    'refuses %j as BAD_USER_INPUT',
    async (args) => {
      const { data, errors } = await askDeliveries(service, args);
      expect(data).toBeNull();
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: Object.keys(args)[0],
      });
    },
  );

  it('is for operators', async () => {
    expect((await askDeliveries(service, {}, aFan())).errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
    expect((await askDeliveries(service, {}, null)).errors?.[0]?.extensions).toEqual({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('Query.circuits', () => {
  const query = '{ circuits { target state reopensAt } }';

  it('has one for each target that is on', async () => {
    const { data } = await service.execute(anOperator(), query);
    expect(data.circuits).toEqual([
      { target: 'DATA_PLATFORM', state: 'CLOSED', reopensAt: null },
      { target: 'SLACK', state: 'CLOSED', reopensAt: null },
    ]);
  });

  it('is for operators', async () => {
    for (const [viewer, code] of [
      [aFan(), 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const { data, errors } = await service.execute(viewer, query);
      expect([data, errors?.[0]?.extensions]).toEqual([null, { code }]);
    }
  });
});

describe('a Delivery by its id', () => {
  it('is shown to operators, and is null for everybody else and where there is none', async () => {
    const keys = [{ id: all[0].id }, { id: 'nonsense' }];
    const asked = async (viewer: Parameters<typeof service.entities>[0]) =>
      (await service.entities(viewer, 'Delivery', keys, 'id status')).data;
    expect(await asked(anOperator())).toEqual([{ id: all[0].id, status: 'FAILED' }, null]);
    expect(await asked(aFan())).toEqual([null, null]);
    expect(await asked(null)).toEqual([null, null]);
  });
});
