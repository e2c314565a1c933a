import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { create, holdSeats, inDays, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall } from '../testing/hall.ts';

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

const ask = (query: string, variables: Record<string, unknown> = {}) =>
  hall.replicas[0].execute(null, query, variables);

describe('the list of concerts', () => {
  const list = async (variables: object) => {
    const { data, errors } = await ask(
      `query ($first: Int, $after: String, $search: String) {
        concerts(first: $first, after: $after, search: $search) {
          edges { cursor node { id title } } pageInfo { hasNextPage endCursor }
        }
      }`,
      { ...variables },
    );
    return errors === undefined ? data.concerts : errors[0]?.extensions?.['code'];
  };
  const titles = async (search: string) =>
    (await list({ search })).edges.map(({ node }: { node: { title: string } }) => node.title);

  beforeAll(async () => {
    const [subgraph] = hall.replicas;
    await create(subgraph, { title: '밤편지 콘서트', artist: '아이유' });
    await create(subgraph, { title: '100% Live', artist: 'Under_score' });
    await create(subgraph, { title: 'C:\\Music', artist: 'Backslash' });
    await create(subgraph, { title: 'Encore', artist: 'The LANTERNS' });
  });

  it('is found by part of a title or an artist, in any case', async () => {
    expect(await titles('lantern')).toEqual(['Encore']);
    expect(await titles('eNCo')).toEqual(['Encore']);
    expect(await titles('nobody')).toEqual([]);
  });

  it('is found in Korean', async () => {
    expect(await titles('편지')).toEqual(['밤편지 콘서트']);
    expect(await titles('아이유')).toEqual(['밤편지 콘서트']);
  });

  it('is found whichever keyboard title and search come from', async () => {
    const title = '봄날의 Café';
    await create(hall.replicas[0], { title: title.normalize('NFD') });
    for (const search of [title, title.normalize('NFD'), '날의', '날의'.normalize('NFD'), 'café']) {
      expect(await titles(search)).toEqual([title]);
    }
  });

  it('takes the wildcards of SQL literally', async () => {
    expect(await titles('%')).toEqual(['100% Live']);
    expect(await titles('_')).toEqual(['100% Live']);
    expect(await titles('\\')).toEqual(['C:\\Music']);
    expect(await titles("' OR 1=1 --")).toEqual([]);
  });

  it('is read page by page, newest first, each concert once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await list({ first: 2, after });
      expect(page.edges.length).toBeLessThanOrEqual(2);
      seen.push(...page.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    const all = (await list({ first: 100 })).edges.map(({ node }: { node: { id: string } }) => node.id);
    expect(seen).toEqual(all);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  it.each([
    ['a page of none', { first: 0 }],
    ['a page of -1', { first: -1 }],
    ['a page of 101', { first: 101 }],
    ['a made-up cursor', { after: 'bm90IGFuIGlk' }],
    ['a search for half an emoji', { search: 'a\ud83c' }],
    ['a search for NUL', { search: 'a\u0000' }],
    ['a search of 10,000 characters', { search: 'a'.repeat(10_000) }],
  ])('refuses %s', async (_what, variables) => {
    expect(await list(variables)).toBe('BAD_USER_INPUT');
  });
});

describe('a concert', () => {
  it('is shown to everybody, with its dates, sections and seats', async () => {
    const { concertId, scheduleId } = await putOnSale(hall, {
      sections: [
        { name: 'R', price: 150_000, rows: 1, seatsPerRow: 2 },
        { name: '스탠딩', price: 90_000, rows: 2, seatsPerRow: 1 },
      ],
    });
    const { data } = await ask(
      `query ($id: ID!) {
        concert(id: $id) {
          title venue { name address } salesOpenAt maxSeatsPerFan
          schedules {
            id concert { id }
            sections { name price rows seatsPerRow available }
            seats { label section row number price status version }
            availability { total available held sold }
          }
        }
      }`,
      { id: concertId },
    );
    const fresh = { status: 'AVAILABLE', version: 0 };
    expect(data.concert).toMatchObject({
      title: 'Winter Light',
      venue: { name: 'Harbour Hall', address: '1 Quay Street' },
      maxSeatsPerFan: 4,
      schedules: [
        {
          id: scheduleId,
          concert: { id: concertId },
          sections: [
            { name: 'R', price: 150_000, rows: 1, seatsPerRow: 2, available: 2 },
            { name: '스탠딩', price: 90_000, rows: 2, seatsPerRow: 1, available: 2 },
          ],
          seats: [
            { label: 'R-1-1', section: 'R', row: 1, number: 1, price: 150_000, ...fresh },
            { label: 'R-1-2', section: 'R', row: 1, number: 2, price: 150_000, ...fresh },
            { label: '스탠딩-1-1', section: '스탠딩', row: 1, number: 1, price: 90_000, ...fresh },
            { label: '스탠딩-2-1', section: '스탠딩', row: 2, number: 1, price: 90_000, ...fresh },
          ],
          availability: { total: 4, available: 4, held: 0, sold: 0 },
        },
      ],
    });
  });

  it('that does not exist is null', async () => {
    const { data, errors } = await ask(
      'query ($id: ID!) { concert(id: $id) { id } schedule(id: $id) { id } }',
      {
        id: newId(),
      },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ concert: null, schedule: null });
    expect((await ask(`{ concert(id: "'; DROP") { id } }`)).data).toEqual({ concert: null });
  });

  it('shows its coming dates, soonest first, within limits, and those with seats left if asked', async () => {
    const { concertId, scheduleId, seats } = await putOnSale(hall, {
      sections: [{ name: 'A', price: 1_000, rows: 1, seatsPerRow: 1 }],
    });
    const add = async (startsAt: string): Promise<string> => {
      const { data } = await hall.replicas[0].execute(
        anOperator(),
        'mutation ($input: AddScheduleInput!) { addSchedule(input: $input) { ... on Schedule { id } } }',
        { input: { concertId, startsAt, sections: [{ name: 'A', price: 1, rows: 1, seatsPerRow: 1 }] } },
      );
      return data.addSchedule.id;
    };
    const later = await add(inDays(31));
    const sooner = await add(inDays(29));
    const past = await add(inDays(1));
    await hall.outbox.database.query('UPDATE schedules SET starts_at = ? WHERE id = ?', [
      new Date(Date.now() - 1_000),
      past,
    ]);
    const fan = aFan();
    const admissionToken = await hall.admit(fan, concertId);
    await holdSeats(hall.replicas[0], fan, { scheduleId, seatIds: [seats[0]?.id], admissionToken });

    const dates = async (args: string) => {
      const { data } = await ask(`query ($id: ID!) { concert(id: $id) { schedules${args} { id } } }`, {
        id: concertId,
      });
      return data.concert.schedules.map(({ id }: { id: string }) => id);
    };
    expect(await dates('')).toEqual([sooner, scheduleId, later]);
    expect(await dates('(includePast: true)')).toEqual([past, sooner, scheduleId, later]);
    expect(await dates('(onlyAvailable: true)')).toEqual([sooner, later]);
    expect(await dates(`(from: "${inDays(29.5)}", to: "${inDays(30.5)}")`)).toEqual([scheduleId]);
    expect(await dates(`(from: "${inDays(40)}")`)).toEqual([]);
  });

  it('and a schedule are resolved as entities, those that do not exist as null', async () => {
    const { concertId, scheduleId } = await putOnSale(hall);
    const [subgraph] = hall.replicas;
    const concerts = await subgraph.entities(
      null,
      'Concert',
      [{ id: concertId }, { id: newId() }],
      'id title',
    );
    expect(concerts.data).toEqual([{ id: concertId, title: 'Winter Light' }, null]);
    const schedules = await subgraph.entities(
      null,
      'Schedule',
      [{ id: 'none' }, { id: scheduleId }],
      'id concert { id } availability { total }',
    );
    expect(schedules.data).toEqual([
      null,
      { id: scheduleId, concert: { id: concertId }, availability: { total: 100 } },
    ]);
  });
});

describe('the seats of a schedule', () => {
  it('are filtered by section and status', async () => {
    const one = { price: 1_000, rows: 1, seatsPerRow: 2 };
    const sections = [
      { name: 'A', ...one },
      { name: 'a', ...one },
    ];
    const { concertId, scheduleId, seats } = await putOnSale(hall, { sections });
    const fan = aFan();
    await holdSeats(hall.replicas[0], fan, {
      ...{ scheduleId, seatIds: [seats[1]?.id, seats[2]?.id] },
      admissionToken: await hall.admit(fan, concertId),
    });
    const { data } = await ask(
      `query ($id: ID!) {
        schedule(id: $id) {
          a: seats(section: "A") { label }
          held: seats(status: HELD) { label version }
          both: seats(section: "a", status: AVAILABLE) { label }
          none: seats(section: "B") { label }
          sections { name available }
          availability { total available held sold }
        }
      }`,
      { id: scheduleId },
    );
    expect(data.schedule).toEqual({
      a: [{ label: 'A-1-1' }, { label: 'A-1-2' }],
      held: [
        { label: 'A-1-2', version: 1 },
        { label: 'a-1-1', version: 1 },
      ],
      both: [{ label: 'a-1-2' }],
      none: [],
      sections: [
        { name: 'A', available: 1 },
        { name: 'a', available: 1 },
      ],
      availability: { total: 4, available: 2, held: 2, sold: 0 },
    });
  });
});

describe('a request about many concerts', () => {
  it('asks the database a fixed number of times', async () => {
    await Promise.all(Array.from({ length: 5 }, () => putOnSale(hall)));
    const { database } = hall.outbox;
    let queries = 0;
    const { logger } = database;
    database.setOptions({ logger: { ...silent, logQuery: () => queries++ } });
    await ask(`{ concerts(first: 100) { edges { node {
      venue { name }
      schedules(onlyAvailable: true) { sections { available } seats(status: HELD) { id } availability { held } }
    } } } }`);
    database.setOptions({ logger });
    // Concerts, venues, schedules, sections, counts, seats.
    expect(queries).toBe(6);
  });
  const nothing = () => undefined;
  const silent = {
    ...{ logQueryError: nothing, logQuerySlow: nothing, logSchemaBuild: nothing },
    ...{ logMigration: nothing, log: nothing },
  };
});
