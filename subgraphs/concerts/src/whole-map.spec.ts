import { testIds } from '@frontrow/kit/testing/ids';
import { Attachments } from '@frontrow/kit/attachments';
import { mostWorkMs, watchEventLoop } from '@frontrow/kit/testing/event-loop';
import { anOperator, aFan, subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Answer, SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createContext } from './context.ts';
import { Layouts } from './layouts.ts';
import { createSaleDependencies } from './operations/sale-dependencies.ts';
import { resolvers, typeDefs } from './schema.ts';
import type { ConcertFollowers } from './concert-followers.ts';
import type { SeatMaps } from './seat-maps.ts';
import { SeatPlans } from './seat-plans.ts';
import { create, holdSeats, inDays, openHall, putOnSale } from './testing/hall.ts';
import type { Hall } from './testing/hall.ts';

let hall: Hall;
let attachments: Attachments;
let subgraph: SubgraphUnderTest;
beforeAll(async () => {
  hall = await openHall();
  attachments = new Attachments();
  const { outbox } = hall;
  const passKeys = () => Promise.reject(new Error('nobody holds seats here'));
  const shared = {
    saleDeps: createSaleDependencies({ outbox, ids: testIds, passKeys, holdSeconds: 300 }),
    // Nobody follows anything here.
    seatMaps: undefined as unknown as SeatMaps,
    concertFollowers: undefined as unknown as ConcertFollowers,
    seatPlans: new SeatPlans(outbox.database.manager),
    layouts: new Layouts(outbox.database.manager),
    attachments,
  };
  subgraph = subgraphUnderTest(typeDefs, resolvers, (viewer) => createContext(shared, viewer));
});
afterAll(() => hall.close());

const allFields = 'id section row number label price status version';

/** Puts each list in its place, as the gateway would. */
async function whole({ data, errors = [] }: Answer): Promise<any> {
  for (const { path = [], extensions } of errors) {
    expect(extensions).toMatchObject({ code: 'ATTACHED' });
    const attachment = attachments.find(String(extensions?.['id']))!;
    let text = '';
    for (const piece of attachment.pieces()) {
      text += piece;
      await nextTurn();
    }
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(attachment.bytes);
    const container = path.slice(0, -1).reduce((value, key) => value[key], data);
    expect(container[path.at(-1)!]).toEqual([]);
    container[path.at(-1)!] = JSON.parse(text);
  }
  return data;
}

const sections = [
  { name: 'A "quoted"', price: 100_000, rows: 20, seatsPerRow: 15 },
  { name: '스탠딩', price: 50_000, rows: 3, seatsPerRow: 100 },
];

describe('a long list of seats', () => {
  it('has what a short one has, in the same words', async () => {
    const { scheduleId } = await putOnSale(hall, { sections });
    const query = `query ($id: ID!, $no: Boolean = false) { schedule(id: $id) { id
      all: seats { ...Here ${allFields} __typename price @skip(if: true) kept: price @include(if: true) no: id @include(if: $no) }
    } } fragment Here on Seat { where: label ... on Seat { id } }`;
    const { schedule } = await whole(await subgraph.execute(null, query, { id: scheduleId }));
    expect(schedule.all.length).toBe(600);
    expect(Object.keys(schedule.all[0]).join(' ')).toBe(
      'where id section row number label price status version __typename kept',
    );
    expect([...new Set(schedule.all.map(({ section }: any) => section))]).toEqual(
      sections.map(({ name }) => name),
    );
    expect(schedule.all[300]).toMatchObject({
      where: '스탠딩-1-1',
      section: '스탠딩',
      row: 1,
      number: 1,
      label: '스탠딩-1-1',
      price: 50_000,
      kept: 50_000,
      status: 'AVAILABLE',
      version: 0,
      __typename: 'Seat',
    });
  });

  it('is never older than the question, whichever replica has changed a seat', async () => {
    const onSale = await putOnSale(hall, { sections });
    const query = `query ($id: ID!) { schedule(id: $id) {
      seats { id status version } held: seats(status: HELD) { id } free: seats(status: AVAILABLE) { id } } }`;
    const read = async () =>
      (await whole(await subgraph.execute(null, query, { id: onSale.scheduleId }))).schedule;
    // Before anything changes, the map is read, so that the replica has it in memory.
    const before = await read();
    expect([before.seats.length, before.held.length, before.free.length]).toEqual([600, 0, 600]);
    for (const place of [0, 599]) {
      const fan = aFan();
      const seatIds = [before.seats[place].id];
      const admissionToken = await hall.admit(fan, onSale.concertId);
      const input = { scheduleId: onSale.scheduleId, seatIds, admissionToken };
      await holdSeats(hall.replicas[1], fan, input);
      const [one, two] = await Promise.all([read(), read()]);
      expect(one).toEqual(two);
      expect(one.seats[place]).toEqual({ id: seatIds[0], status: 'HELD', version: 1 });
      expect(one.held).toContainEqual({ id: seatIds[0] });
    }
  });

  it('is the same attachment for all who ask for the same seats', async () => {
    const { scheduleId } = await putOnSale(hall, { sections });
    const query = 'query ($id: ID!) { schedule(id: $id) { seats { id } } }';
    const ask = async () => (await subgraph.execute(null, query, { id: scheduleId })).errors?.[0]?.extensions;
    const first = await ask();
    expect(first).toMatchObject({ code: 'ATTACHED', id: expect.any(String) });
    expect(await ask()).toEqual(first);
  });
});

describe('a hall of 100,000 seats', () => {
  let id: string;
  let workOfAdding: number;
  beforeAll(async () => {
    const { concertId } = await create(hall.replicas[0], {});
    const watched = watchEventLoop();
    const parts = [1, 2, 3, 4, 5].map((n) => ({ name: `S${n}`, price: 1_000, rows: 100, seatsPerRow: 200 }));
    const { data } = await hall.replicas[0].execute(
      anOperator(),
      'mutation ($input: AddScheduleInput!) { addSchedule(input: $input) { ... on Schedule { id } } }',
      { input: { concertId, startsAt: inDays(30), sections: parts } },
    );
    id = data.addSchedule.id;
    workOfAdding = watched().workMs;
  }, 60_000);

  it('is added without blocking the process for long', () => {
    expect(workOfAdding).toBeLessThan(mostWorkMs);
  });

  it('is read without blocking the process for long', async () => {
    const watched = watchEventLoop();
    const query = `query ($id: ID!) { schedule(id: $id) { seats { ${allFields} } } }`;
    const { errors } = await subgraph.execute(null, query, { id });
    let count = 0;
    for (const piece of attachments.find(String(errors?.[0]?.extensions?.['id']))!.pieces()) {
      count += piece.split('"id"').length - 1;
      await nextTurn();
    }
    const { delayMs, workMs } = watched();
    expect(count).toBe(100_000);
    console.log(`event loop: longest delay ${delayMs.toFixed(1)} ms, longest work ${workMs.toFixed(1)} ms`);
    expect(workMs).toBeLessThan(mostWorkMs);
  }, 60_000);

  it.each([
    ['nine times', Array.from({ length: 9 }, (_, n) => `a${n}: seats { id }`).join(' ')],
    ['once and a section', 'seats { id } one: seats(section: "S1") { id }'],
    ['by status twice', 'held: seats(status: HELD) { id } sold: seats(status: SOLD) { id }'],
  ])('is refused %s in one operation', async (_how, selections) => {
    const query = `query ($id: ID!) { schedule(id: $id) { ${selections} } }`;
    const { errors = [] } = await subgraph.execute(null, query, { id });
    expect(errors.map(({ extensions }) => extensions?.['code'])).toContain('OPERATION_TOO_COMPLEX');
  });

  it('is refused in thirty aliases of a field', async () => {
    const fields = Array.from({ length: 30 }, (_, n) => `averylongnameofafield${n}: label`).join(' ');
    const query = `query ($id: ID!) { schedule(id: $id) { seats { ${fields} } } }`;
    const { errors = [] } = await subgraph.execute(null, query, { id });
    expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(['OPERATION_TOO_COMPLEX']);
  });
});
