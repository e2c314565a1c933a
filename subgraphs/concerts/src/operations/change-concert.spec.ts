import { concertChanged } from '@frontrow/events/contracts/concerts';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { emittedOf } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { loseNextCommit } from '@frontrow/kit/testing/database';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { create, holdSeats, inDays, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall } from '../testing/hall.ts';

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

const change = async (
  input: object,
  { viewer = anOperator(), replica = 0 }: { viewer?: Viewer | null; replica?: 0 | 1 } = {},
) => {
  const { data, errors } = await hall.replicas[replica].execute(
    viewer,
    `mutation ($input: ChangeConcertInput!) {
      changeConcert(input: $input) {
        ... on Concert { id title artist description salesOpenAt maxSeatsPerFan publishAt version }
        ... on Refusal { code }
      }
    }`,
    { input },
  );
  return errors === undefined ? data.changeConcert : errors[0]?.extensions;
};
const toldOf = async (concertId: string) =>
  (await emittedOf(hall.outbox, concertChanged)).filter((event) => event.concertId === concertId);
const inTheLog = async (concertId: string) =>
  (await emittedOf(hall.outbox, operatorActed)).filter(
    ({ action, subjectId }) => action === 'changeConcert' && subjectId === concertId,
  );
const aConcert = async (concert: object = {}) => (await create(hall.replicas[0], concert)).concertId;
const hidden = () => ({ publishAt: inDays(1) });
const publishNow = (id: string) =>
  hall.outbox.database.query('UPDATE concerts SET publish_at = UTC_TIMESTAMP(3) WHERE id = ?', [id]);

describe('changing a concert', () => {
  it('changes what is named, tells it with its version, and is in the log', async () => {
    const id = await aConcert();
    const salesOpenAt = inDays(2);
    const changes = { title: ' Winter Lights ', description: '', salesOpenAt, maxSeatsPerFan: 2 };
    expect(await change({ id, version: 1, ...changes })).toEqual({
      ...{ id, salesOpenAt, title: 'Winter Lights', artist: 'The Northern Choir', description: '' },
      ...{ maxSeatsPerFan: 2, publishAt: null, version: 2 },
    });
    const event = { concertId: id, version: 2, title: 'Winter Lights', salesOpenAt, publishAt: null };
    expect(await toldOf(id)).toEqual([event]);
    expect(await inTheLog(id)).toMatchObject([
      {
        before: { title: 'Winter Light', maxSeatsPerFan: 4 },
        after: { title: 'Winter Lights', salesOpenAt },
      },
    ]);
  });

  it('is refused when somebody else has changed it since it was looked at, and loses nothing of theirs', async () => {
    const id = await aConcert();
    await change({ id, version: 1, title: 'Theirs' });
    expect(await change({ id, version: 1, artist: 'Mine' })).toEqual({ code: 'CHANGED_MEANWHILE' });
    expect(await change({ id, version: 2, artist: 'Mine' })).toMatchObject({
      ...{ title: 'Theirs', artist: 'Mine', version: 3 },
    });
  });

  it('lets one of many operators win who save at the same moment, through any replica', async () => {
    const id = await aConcert();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        change({ id, version: 1, title: `T${i}` }, { replica: i % 2 ? 1 : 0 }),
      ),
    );
    const won = answers.filter(({ version }) => version === 2);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'CHANGED_MEANWHILE')).toHaveLength(7);
    expect(await toldOf(id)).toMatchObject([{ version: 2, title: won[0].title }]);
  });

  it('is one change when it is sent again, also when the answer to its COMMIT is lost', async () => {
    const id = await aConcert();
    loseNextCommit(hall.outbox.database);
    expect(await change({ id, version: 1, title: 'Once' })).toMatchObject({ version: 2 });
    expect(await change({ id, version: 1, title: 'Once' })).toMatchObject({ version: 2 });
    expect(await change({ id, version: 2, title: 'Once' })).toMatchObject({ version: 2 });
    expect(await toldOf(id)).toHaveLength(1);
    expect(await inTheLog(id)).toHaveLength(1);
  });

  it.each([
    ['input.title', { title: '  ' }],
    ['input.artist', { artist: 'x'.repeat(201) }],
    ['input.description', { description: 'x'.repeat(2_001) }],
    ['input.maxSeatsPerFan', { maxSeatsPerFan: 0 }],
    ['input.maxSeatsPerFan', { maxSeatsPerFan: 11 }],
  ])('is refused, naming %s', async (argument, changes) => {
    const id = await aConcert();
    expect(await change({ id, version: 1, ...changes })).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  it('is for operators, and for concerts that there are', async () => {
    const id = await aConcert();
    expect(await change({ id, version: 1, title: 'T' }, { viewer: aFan() })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await change({ id, version: 1, title: 'T' }, { viewer: null })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    for (const unknown of [newId(), 'x'])
      expect(await change({ id: unknown, version: 1, title: 'T' })).toEqual({ code: 'NOT_FOUND' });
  });
});

describe('a sale whose concert is changed', () => {
  const holdOne = async (
    onSale: Awaited<ReturnType<typeof putOnSale>>,
    fan: Viewer,
    count: number,
    replica: 0 | 1,
  ) => {
    const { scheduleId, concertId } = onSale;
    const admissionToken = await hall.admit(fan, concertId);
    const input = { scheduleId, admissionToken, bestAvailable: { count } };
    const { data } = await holdSeats(hall.replicas[replica], fan, input);
    return data.holdSeats;
  };

  it('is sold by what is so now, also by a replica that has just sold by what was so before', async () => {
    const onSale = await putOnSale(hall, { concert: { maxSeatsPerFan: 4 } });
    const { concertId: id } = onSale;
    for (const replica of [0, 1] as const)
      expect(await holdOne(onSale, aFan(), 4, replica)).toMatchObject({ __typename: 'SeatHold' });
    await change({ id, version: 1, maxSeatsPerFan: 1 });
    for (const replica of [0, 1] as const)
      expect(await holdOne(onSale, aFan(), 2, replica)).toMatchObject({ code: 'SEAT_LIMIT_EXCEEDED' });
    await change({ id, version: 2, salesOpenAt: inDays(1) });
    for (const replica of [0, 1] as const)
      expect(await holdOne(onSale, aFan(), 1, replica)).toMatchObject({ code: 'SALE_NOT_OPEN' });
  });

  it('leaves fans what a limit of before let them have', async () => {
    const onSale = await putOnSale(hall, { concert: { maxSeatsPerFan: 4 } });
    const fan = aFan();
    await holdOne(onSale, fan, 3, 0);
    await change({ id: onSale.concertId, version: 1, maxSeatsPerFan: 2 });
    await change({ id: onSale.concertId, version: 2, maxSeatsPerFan: 1 });
    const [row] = await hall.outbox.database.query<object[]>(
      'SELECT max_seats_per_fan AS most, highest_seats_per_fan AS highest FROM concerts WHERE id = ?',
      [onSale.concertId],
    );
    expect(row).toEqual({ most: 1, highest: 4 });
    expect(await holdOne(onSale, fan, 1, 0)).toMatchObject({ code: 'SEAT_LIMIT_EXCEEDED' });
  });
});

describe('a concert that is not published yet', () => {
  const seenBy = async (viewer: Viewer | null, concertId: string, scheduleId: string, replica: 0 | 1 = 0) => {
    const { data } = await hall.replicas[replica].execute(
      viewer,
      `query ($id: ID!, $schedule: ID!) {
        concert(id: $id) { id } schedule(id: $schedule) { id concert { id } }
        concerts(first: 5) { edges { node { id } } }
      }`,
      { id: concertId, schedule: scheduleId },
    );
    const listed = data.concerts.edges.some(({ node }: { node: { id: string } }) => node.id === concertId);
    return [data.concert?.id === concertId, data.schedule?.concert.id === concertId, listed];
  };

  it('is there for operators only, whichever way it is asked for', async () => {
    const { concertId, scheduleId } = await putOnSale(hall, { concert: hidden() });
    expect(await seenBy(anOperator(), concertId, scheduleId)).toEqual([true, true, true]);
    for (const viewer of [null, aFan()]) {
      expect(await seenBy(viewer, concertId, scheduleId)).toEqual([false, false, false]);
      const subgraph = hall.replicas[0];
      expect((await subgraph.entities(viewer, 'Concert', [{ id: concertId }], 'title')).data).toEqual([null]);
      expect((await subgraph.entities(viewer, 'Schedule', [{ id: scheduleId }], 'id')).data).toEqual([null]);
      const followed = await subgraph.subscribe(
        viewer,
        'subscription ($id: ID!) { seatsChanged(scheduleId: $id) { schedule { id } } }',
        { id: scheduleId },
      );
      expect((await followed.next()).value?.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    }
    const fan = aFan();
    const admissionToken = await hall.admit(fan, concertId);
    const { data } = await holdSeats(hall.replicas[0], fan, {
      scheduleId,
      admissionToken,
      bestAvailable: { count: 1 },
    });
    expect(data.holdSeats).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is there for everybody by itself, at its time, on every replica', async () => {
    const { concertId, scheduleId } = await putOnSale(hall, { concert: hidden() });
    expect(await seenBy(null, concertId, scheduleId)).toEqual([false, false, false]);
    await publishNow(concertId);
    for (const replica of [0, 1] as const)
      expect(await seenBy(null, concertId, scheduleId, replica)).toEqual([true, true, true]);
  });

  it('is kept by nobody on the way, neither as missing nor as operators see it', async () => {
    const id = await aConcert(hidden());
    const kept = async (viewer: Viewer | null) =>
      (await hall.replicas[0].entities(viewer, 'Concert', [{ id }], 'title')).cacheControl;
    expect(await kept(null)).toBe('no-store');
    expect(await kept(anOperator())).toBe('no-store');
    await publishNow(id);
    expect(await kept(null)).toBe('max-age=30, public');
  });

  it('may be published earlier or later, until it is published', async () => {
    const id = await aConcert(hidden());
    const publishAt = inDays(3);
    expect(await change({ id, version: 1, publishAt })).toMatchObject({ publishAt, version: 2 });
    expect(await toldOf(id)).toMatchObject([{ version: 2, publishAt }]);
    const now = new Date(Date.now() - 1_000).toISOString();
    expect(await change({ id, version: 2, publishAt: now })).toMatchObject({ publishAt: now, version: 3 });
    expect(await change({ id, version: 3, publishAt })).toEqual({ code: 'ALREADY_PUBLISHED' });
    expect(await change({ id, version: 3, title: 'Still' })).toMatchObject({ title: 'Still', version: 4 });
  });

  it('is never what a concert becomes that was seen from the start', async () => {
    const id = await aConcert();
    expect(await change({ id, version: 1, publishAt: inDays(1) })).toEqual({ code: 'ALREADY_PUBLISHED' });
  });
});
