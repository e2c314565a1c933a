import { loseCommit } from '@frontrow/events/testing/transactions';
import { deliver, published } from '@frontrow/events/testing';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { newId } from '@frontrow/kit/ids';
import type { Viewer } from '@frontrow/kit/viewer';
import { brotliDecompressSync } from 'node:zlib';
import { idsOf } from '../layout-document.ts';
import type { LayoutDocument } from '../layout-document.ts';
import { audit, create, handlers, holdSeats, inDays, openHall } from '../testing/hall.ts';
import type { Hall } from '../testing/hall.ts';
import { cancelled } from '../testing/purchase.ts';
import { readLayout } from '../storage/layouts.ts';

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

const stage = { x: 0, y: 0, width: 1_000, depth: 400 };
const floor = { name: 'Floor', kind: 'STANDING', x: 0, y: 300, seatsPerRow: 12, width: 900, depth: 500 };
const curve = {
  ...{ name: 'Curve', kind: 'SEATED', x: 0, y: 1_200, rows: 2, seatsPerRow: 8, radius: 1_500 },
  ...{ aislesAfter: [14], firstRow: 3, firstNumber: 11, numbering: 'RIGHT_TO_LEFT' },
  wheelchairs: [{ row: 3, number: 11, companion: 12 }],
};
const drawing = (changes: object = {}) => ({
  ...{ id: newId(), version: 0, name: 'Harbour Hall', stage, sections: [floor, curve] },
  ...changes,
});

const ask = (query: string, variables: Record<string, unknown>, viewer: Viewer | null = anOperator()) =>
  hall.replicas[0].execute(viewer, query, variables);

const save = (input: object, viewer?: Viewer | null) =>
  ask(
    `mutation ($input: SaveHallInput!) { saveHall(input: $input) {
      ... on Hall { id version seats sections { name kind } } ... on Refusal { code } } }`,
    { input },
    viewer,
  );

async function putOnSaleIn(hallId: string, maxSeatsPerFan = 4) {
  const { concertId } = await create(hall.replicas[0], { maxSeatsPerFan });
  const startsAt = inDays(30);
  const add = async (prices: object) => {
    const { data } = await ask(
      `mutation ($input: AddScheduleInHallInput!) { addScheduleInHall(input: $input) {
        ... on Schedule { id seatMap { layout } sections { name kind } seats { id label row number } }
        ... on Refusal { code } } }`,
      { input: { concertId, startsAt, hallId, prices } },
    );
    return data.addScheduleInHall;
  };
  const prices = [
    { section: 'Floor', price: 50_000 },
    { section: 'Curve', price: 90_000 },
  ];
  const schedule = await add(prices);
  return { concertId, scheduleId: schedule.id as string, schedule, add, prices };
}

async function onSale(changes: object = {}, maxSeatsPerFan?: number) {
  const { data } = await save(drawing(changes));
  return putOnSaleIn(data.saveHall.id, maxSeatsPerFan);
}

async function hold({ concertId, scheduleId }: { concertId: string; scheduleId: string }, wish: object) {
  const fan = aFan();
  const admissionToken = await hall.admit(fan, concertId);
  const { data } = await holdSeats(hall.replicas[0], fan, { scheduleId, admissionToken, ...wish });
  return { fan, ...data.holdSeats } as {
    fan: ReturnType<typeof aFan>;
    code?: string;
    __typename: string;
    reservationId: string;
    seats: { id: string; label: string; status: string }[];
  };
}

const offer = (how: 'keepSeatsBack' | 'giveSeatsFree', input: object) =>
  ask(
    `mutation ($input: OfferSeatsInput!) { offered: ${how}(input: $input) { __typename
      ... on SeatsTaken { seatIds } ... on Refusal { code message } } }`,
    { input },
  ).then(({ data }) => data.offered);

async function countsOf(scheduleId: string) {
  const { data } = await ask(
    '{ schedule(id: "' + scheduleId + '") { availability { total available held sold keptBack } } }',
    {},
    null,
  );
  return data.schedule.availability;
}

const actionsOn = (subjectId: string) =>
  hall.outbox.database.query<{ id: string }[]>(
    `SELECT id FROM outbox WHERE type = 'operator.acted.v1' AND subject = ?`,
    [subjectId],
  );

describe('a hall that an operator draws', () => {
  it('is saved, found by name, and saved again only upon its present version', async () => {
    const first = drawing();
    const { data } = await save(first);
    expect(data.saveHall).toEqual({
      ...{ id: first.id, version: 1, seats: 28 },
      sections: [
        { name: 'Floor', kind: 'STANDING' },
        { name: 'Curve', kind: 'SEATED' },
      ],
    });
    // The answer was lost; the same call returns it again.
    expect((await save(first)).data.saveHall.version).toBe(1);
    expect((await save({ ...first, name: 'Other' })).data.saveHall.code).toBe('CHANGED_MEANWHILE');
    expect((await save({ ...first, version: 1, name: 'Renamed' })).data.saveHall.version).toBe(2);
    expect((await save({ ...first, version: 1 })).data.saveHall.code).toBe('CHANGED_MEANWHILE');
    expect((await save({ ...drawing(), version: 3 })).data.saveHall.code).toBe('NOT_FOUND');
    const all = await ask('{ halls { id name stage { width } } }', {});
    expect(all.data.halls).toContainEqual({ id: first.id, name: 'Renamed', stage: { width: 1_000 } });
    expect(await actionsOn(first.id)).toHaveLength(2);
  });

  it('is for operators only', async () => {
    for (const viewer of [null, aFan()]) {
      expect((await save(drawing(), viewer)).errors?.[0]?.extensions?.['code']).toMatch(/UNAUTH|FORBIDDEN/);
      expect((await ask('{ halls { id } }', {}, viewer)).errors).toHaveLength(1);
    }
  });

  it.each([
    ['two sections that look alike', { sections: [curve, { ...floor, name: 'Curve' }] }, 'sections.1.name'],
    [
      'an area whose places would be called like seats',
      { sections: [curve, { ...floor, name: 'Curve-3' }] },
      'sections.1.name',
    ],
    [
      'seats on top of each other',
      { sections: [curve, { ...curve, name: 'Other', y: 1_210 }] },
      'input.sections',
    ],
    [
      'a wheelchair place across an aisle',
      { sections: [{ ...curve, wheelchairs: [{ row: 3, number: 14, companion: 15 }] }] },
      'wheelchairs.0',
    ],
    [
      'a companion who is in two pairs',
      {
        sections: [
          {
            ...curve,
            wheelchairs: [
              { row: 3, number: 11, companion: 12 },
              { row: 3, number: 13, companion: 12 },
            ],
          },
        ],
      },
      'wheelchairs',
    ],
    ['an area of rows', { sections: [{ ...floor, rows: 2 }] }, 'sections.0.rows'],
    ['no section', { sections: [] }, 'input.sections'],
    ['an id that is not valid', { id: 'hall' }, 'input.id'],
  ])('is refused with %s', async (_, changes, argument) => {
    const { errors } = await save(drawing(changes));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(String(errors?.[0]?.extensions?.['argument'])).toContain(argument);
  });

  it('is what fans of a date see, also after it is drawn anew', async () => {
    const first = drawing();
    await save(first);
    const { schedule, add, prices } = await putOnSaleIn(first.id);
    const labels = schedule.seats.map(({ label }: { label: string }) => label);
    expect(labels.slice(0, 2)).toEqual(['Floor-1', 'Floor-2']);
    expect(labels.slice(12, 14)).toEqual(['Curve-3-11', 'Curve-3-12']);
    expect(labels.at(-1)).toBe('Curve-4-18');
    const name = /([0-9a-f]{64})/.exec(schedule.seatMap.layout)?.[1] as string;
    const text = await readLayout(hall.outbox.database.manager, name, 'br');
    const layout = JSON.parse(brotliDecompressSync(text!).toString()) as LayoutDocument;
    expect(idsOf(layout.seatIds)).toEqual(schedule.seats.map(({ id }: { id: string }) => id));
    expect(layout.areas).toEqual([{ section: 0, x: [-450, 450, 450, -450], y: [300, 300, 800, 800] }]);
    expect(layout.wheelchairs).toEqual({ place: [12], companion: [13] });
    expect(layout.rows.name).toEqual(['', '3', '4']);
    expect(layout.rows.firstNumber).toEqual([1, 11, 11]);
    // The lowest number is the one farthest to the right.
    const x: number[] = [];
    for (const [seat, difference] of layout.x.entries()) x.push((x[seat - 1] ?? 0) + difference);
    expect(x[12]).toBeGreaterThan(x[19] as number);

    await save({ ...first, version: 1, sections: [floor] });
    // The same date in the same hall for the same prices is the same schedule. The new drawing makes it another one.
    expect((await add(prices.slice(0, 1))).code).toBe('ALREADY_EXISTS');
    const { data } = await ask('query ($id: ID!) { schedule(id: $id) { seatMap { layout } } }', {
      id: schedule.id,
    });
    expect(data.schedule.seatMap.layout).toBe(schedule.seatMap.layout);
  });

  it('needs a price for each of its sections, and gives the same date for the same call', async () => {
    const { schedule, add, prices } = await onSale();
    expect((await add(prices)).id).toBe(schedule.id);
    const { concertId } = await create(hall.replicas[0], {});
    const { data } = await save(drawing());
    const input = { concertId, startsAt: inDays(30), hallId: data.saveHall.id, prices: prices.slice(0, 1) };
    const { errors } = await ask(
      'mutation ($input: AddScheduleInHallInput!) { addScheduleInHall(input: $input) { __typename } }',
      { input },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'input.prices' });
  });
});

describe('a standing area', () => {
  it('is sold by the number of places, to the last one and no further, however many ask at once', async () => {
    const sale = await onSale();
    const wish = { bestAvailable: { count: 2, section: 'Floor' } };
    // Seven fans want six pairs of places.
    const answers = await Promise.all(Array.from({ length: 7 }, () => hold(sale, wish)));
    const held = answers.filter(({ __typename }) => __typename === 'SeatHold');
    expect(answers.map(({ code }) => code).filter((code) => code !== undefined)).toEqual([
      'NOT_ENOUGH_SEATS',
    ]);
    const labels = held.flatMap(({ seats }) => seats.map(({ label }) => label));
    expect(new Set(labels).size).toBe(12);
    expect(await countsOf(sale.scheduleId)).toEqual({
      total: 28,
      available: 16,
      held: 12,
      sold: 0,
      keptBack: 0,
    });
    // One fan cancels, so their places can be held again.
    const [{ reservationId, seats, fan }] = held as [(typeof held)[number]];
    const event = cancelled({
      ...{ reservationId, userId: fan.id, ...sale },
      seatIds: seats.map(({ id }) => id),
    });
    await deliver(hall.outbox, handlers, published(event));
    expect(await countsOf(sale.scheduleId)).toMatchObject({ available: 18, held: 10 });
    expect((await hold(sale, wish)).seats).toHaveLength(2);
    expect((await audit(hall, sale.scheduleId)).fansWhoseSeatsAreMiscounted).toEqual({ fans: 0 });
  });

  it('is not among the best available seats, unless it is named', async () => {
    const sale = await onSale();
    const [first] = (await hold(sale, { bestAvailable: { count: 1 } })).seats;
    expect(first?.label).toMatch(/^Curve-/);
    await offer('keepSeatsBack', {
      scheduleId: sale.scheduleId,
      seatIds: sale.schedule.seats
        .slice(12)
        .map(({ id }: { id: string }) => id)
        .filter((id: string) => id !== first?.id),
    });
    expect((await hold(sale, { bestAvailable: { count: 1 } })).code).toBe('NOT_ENOUGH_SEATS');
  });
});

describe("a wheelchair place and its companion's seat", () => {
  const idOf = (sale: Awaited<ReturnType<typeof onSale>>, label: string): string =>
    sale.schedule.seats.find((seat: { label: string }) => seat.label === label).id;

  it('are held together, and refused one without the other, naming what is missing', async () => {
    const sale = await onSale();
    const [place, companion, other] = ['Curve-3-11', 'Curve-3-12', 'Curve-3-13'].map((label) =>
      idOf(sale, label),
    );
    for (const [seatIds, missing] of [
      [[place], 'Curve-3-12'],
      [[companion, other], 'Curve-3-11'],
    ] as const) {
      const fan = aFan();
      const admissionToken = await hall.admit(fan, sale.concertId);
      const { data } = await hall.replicas[0].execute(
        fan,
        'mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) { ... on Refusal { code message } } }',
        { input: { scheduleId: sale.scheduleId, seatIds, admissionToken, idempotencyKey: newId() } },
      );
      expect(data.holdSeats.code).toBe('COMPANION_MISSING');
      expect(data.holdSeats.message).toContain(missing);
    }
    const held = await hold(sale, { seatIds: [place, companion] });
    expect(held.seats.map(({ label }) => label)).toEqual(['Curve-3-11', 'Curve-3-12']);
  });

  it('are nobody else’s best available seats', async () => {
    const sale = await onSale({}, 10);
    const held = await hold(sale, { bestAvailable: { count: 6 } });
    expect(held.seats[0]?.label).toBe('Curve-3-13');
    expect((await hold(sale, { bestAvailable: { count: 8 } })).seats).toHaveLength(8);
    expect((await hold(sale, { bestAvailable: { count: 1 } })).code).toBe('NOT_ENOUGH_SEATS');
  });
});

describe('seats that an operator keeps back', () => {
  it('cannot be held until they are given free, and are counted as kept back', async () => {
    const sale = await onSale();
    const { scheduleId } = sale;
    const seatIds = sale.schedule.seats.slice(14, 16).map(({ id }: { id: string }) => id);
    expect((await offer('keepSeatsBack', { scheduleId, seatIds })).__typename).toBe('Schedule');
    expect(await countsOf(scheduleId)).toMatchObject({ available: 26, keptBack: 2 });
    expect((await hold(sale, { seatIds: seatIds.slice(0, 1) })).__typename).toBe('SeatsTaken');
    expect((await hold(sale, { bestAvailable: { count: 1 } })).seats[0]?.label).toBe('Curve-3-15');
    // A second call changes nothing, so it is not recorded as an action.
    expect((await offer('keepSeatsBack', { scheduleId, seatIds })).__typename).toBe('Schedule');
    expect((await offer('giveSeatsFree', { scheduleId, seatIds })).__typename).toBe('Schedule');
    expect(await countsOf(scheduleId)).toMatchObject({ available: 27, held: 1, keptBack: 0 });
    expect((await hold(sale, { seatIds })).__typename).toBe('SeatHold');
    const taken = await offer('keepSeatsBack', { scheduleId, seatIds });
    expect(taken).toEqual({ __typename: 'SeatsTaken', seatIds });
    expect(await actionsOn(scheduleId)).toHaveLength(3);
  });

  it('are all of them or none: a pair is not parted, and an area has to have so many', async () => {
    const sale = await onSale();
    const { scheduleId } = sale;
    const place = sale.schedule.seats[12].id;
    const parted = await offer('keepSeatsBack', { scheduleId, seatIds: [place] });
    expect(parted.code).toBe('COMPANION_MISSING');
    expect(parted.message).toContain('Curve-3-12');
    const standing = (count: number) => ({ scheduleId, standing: { section: 'Floor', count } });
    expect((await offer('keepSeatsBack', standing(10))).__typename).toBe('Schedule');
    expect((await offer('keepSeatsBack', standing(3))).code).toBe('NOT_ENOUGH_SEATS');
    expect((await hold(sale, { bestAvailable: { count: 3, section: 'Floor' } })).code).toBe(
      'NOT_ENOUGH_SEATS',
    );
    expect((await hold(sale, { bestAvailable: { count: 2, section: 'Floor' } })).seats).toHaveLength(2);
    expect((await offer('giveSeatsFree', standing(10))).__typename).toBe('Schedule');
    expect(await countsOf(scheduleId)).toMatchObject({ available: 26, held: 2, keptBack: 0 });
  });

  it('are as many as were asked for, also when the answer of the database is lost', async () => {
    const { scheduleId } = await onSale();
    const standing = { scheduleId, standing: { section: 'Floor', count: 4 } };
    loseCommit(hall.outbox);
    expect((await offer('keepSeatsBack', standing)).__typename).toBe('Schedule');
    expect(await countsOf(scheduleId)).toMatchObject({ keptBack: 4 });
    loseCommit(hall.outbox);
    expect((await offer('giveSeatsFree', standing)).__typename).toBe('Schedule');
    expect(await countsOf(scheduleId)).toMatchObject({ keptBack: 0 });
    // The schedule was made by the first action.
    expect(await actionsOn(scheduleId)).toHaveLength(3);
  });

  it('and fans who want them at the same moment never both have them', async () => {
    const sale = await onSale();
    const { scheduleId } = sale;
    const seatIds = sale.schedule.seats.slice(14, 18).map(({ id }: { id: string }) => id);
    const [kept, ...held] = await Promise.all([
      offer('keepSeatsBack', { scheduleId, seatIds }),
      ...seatIds.map((id: string) => hold(sale, { seatIds: [id] })),
    ]);
    const owners = held.filter(({ __typename }) => __typename === 'SeatHold').length;
    expect(kept.__typename).toBe(owners === 0 ? 'Schedule' : 'SeatsTaken');
    expect(await countsOf(scheduleId)).toMatchObject({ held: owners, keptBack: owners === 0 ? 4 : 0 });
  });
});
