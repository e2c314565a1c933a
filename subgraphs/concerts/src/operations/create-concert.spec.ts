import { concertCreated } from '@frontrow/events/contracts/concerts';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { emittedOf } from '@frontrow/events/testing';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { loseNextCommit } from '@frontrow/kit/testing/database';
import { openHall } from '../testing/hall.ts';
import type { Hall } from '../testing/hall.ts';

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

describe('creating a concert', () => {
  const input = {
    ...{ title: '겨울빛', artist: 'Choir', description: 'One evening.', maxSeatsPerFan: 6 },
    ...{ venueName: 'Hall', venueAddress: 'Street 1', salesOpenAt: '2026-11-20T08:30:00.000Z' },
  };
  const send = (viewer: ReturnType<typeof aFan> | null, changes: object = {}, replica: 0 | 1 = 0) =>
    hall.replicas[replica].execute(
      viewer,
      `mutation ($input: CreateConcertInput!) {
        createConcert(input: $input) {
          ... on Concert { id title artist description venue { id name address } salesOpenAt maxSeatsPerFan }
          ... on Refusal { code }
        }
      }`,
      { input: { ...input, ...changes } },
    );

  it('is for operators, who get it as they described it', async () => {
    const { data } = await send(anOperator());
    const { id, venue, ...described } = data.createConcert;
    const { venueName, venueAddress, ...expected } = input;
    expect(described).toEqual(expected);
    expect(venue).toMatchObject({ name: venueName, address: venueAddress });
    const events = await emittedOf(hall.outbox, concertCreated);
    expect(events.filter(({ concertId }) => concertId === id)).toEqual([
      { concertId: id, title: '겨울빛', salesOpenAt: input.salesOpenAt },
    ]);
  });

  it('lets a fan have 4 seats unless told otherwise', async () => {
    expect((await send(anOperator(), { maxSeatsPerFan: undefined })).data.createConcert.maxSeatsPerFan).toBe(
      4,
    );
    expect((await send(anOperator(), { maxSeatsPerFan: null })).data.createConcert.maxSeatsPerFan).toBe(4);
  });

  it('uses a venue that exists already, also when ten operators name a new one at once', async () => {
    const where = { venueName: 'Brand New Arena', venueAddress: 'Street 2' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => send(anOperator(), where, i % 2 === 0 ? 0 : 1)),
    );
    const ids = answers.map(({ data }) => data.createConcert.venue.id);
    expect(new Set(ids).size).toBe(1);
    const elsewhere = await send(anOperator(), { ...where, venueAddress: 'Street 3' });
    expect(ids).not.toContain(elsewhere.data.createConcert.venue.id);
  });

  it.each([
    ['ハハホール', 'パパホール'],
    ['Ost', 'Øst'],
    ['Hall', 'HALL'],
    ['Strasse', 'Straße'],
  ])('knows the venues %s and %s apart', async (one, other) => {
    for (const venueName of [one, other]) {
      const { data } = await send(anOperator(), { venueName, venueAddress: 'Platz 1' });
      expect(data.createConcert.venue.name).toBe(venueName);
    }
    const again = await send(anOperator(), { venueName: one, venueAddress: 'Platz 1' });
    expect(again.data.createConcert.venue.name).toBe(one);
  });

  it('recognises a venue whichever keyboard its name comes from, and stores all texts composed', async () => {
    const words = {
      title: '봄',
      artist: 'Renée',
      venueName: '올림픽홀',
      venueAddress: '서울',
      description: 'é\nè',
    };
    const decomposed = Object.fromEntries(
      Object.entries(words).map(([key, word]) => [key, word.normalize('NFD')]),
    );
    const [one, other] = [await send(anOperator(), words), await send(anOperator(), decomposed)];
    expect(other.data.createConcert.venue).toEqual(one.data.createConcert.venue);
    const { title, artist, description } = other.data.createConcert;
    expect({ title, artist, description }).toEqual({ title: '봄', artist: 'Renée', description: 'é\nè' });
  });

  it('makes one concert and publishes it once, also when the answer to its COMMIT is lost', async () => {
    loseNextCommit(hall.outbox.database);
    const { data } = await send(anOperator(), { title: 'Lost and found' });
    const events = await emittedOf(hall.outbox, concertCreated);
    const { id } = data.createConcert;
    expect(events.filter(({ title }) => title === 'Lost and found')).toMatchObject([{ concertId: id }]);
    const rows = await hall.outbox.database.query("SELECT id FROM concerts WHERE title = 'Lost and found'");
    expect(rows).toEqual([{ id }]);
  });

  it('makes one concert for an idempotency key, however often and wherever it is asked for', async () => {
    const operator = anOperator();
    const keyed = { idempotencyKey: '한 번', title: 'Once' };
    loseNextCommit(hall.outbox.database);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => send(operator, keyed, i % 2 === 0 ? 0 : 1)),
    );
    expect(new Set(answers.map(({ data }) => data.createConcert.id)).size).toBe(1);
    const acted = await emittedOf(hall.outbox, operatorActed);
    expect(acted.filter(({ operatorId }) => operatorId === operator.id)).toMatchObject([
      { action: 'createConcert', subjectId: answers[0]?.data.createConcert.id },
    ]);
    expect((await send(operator, { ...keyed, title: 'Twice' })).data.createConcert).toEqual({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    const another = await send(anOperator(), keyed);
    expect(another.data.createConcert.id).not.toBe(answers[0]?.data.createConcert.id);
  });

  it.each([
    ['input.title', { title: 'a\ud83c' }],
    ['input.artist', { artist: '\u200b\u3164' }],
    ['input.venueName', { venueName: 'a\u0000b' }],
    ['input.description', { description: '\u0007' }],
    ['input.idempotencyKey', { idempotencyKey: '' }],
    ['input.title', { title: '   ' }],
    ['input.title', { title: 'x'.repeat(201) }],
    ['input.artist', { artist: '' }],
    ['input.description', { description: 'x'.repeat(2_001) }],
    ['input.venueName', { venueName: '' }],
    ['input.venueAddress', { venueAddress: 'x'.repeat(201) }],
    ['input.maxSeatsPerFan', { maxSeatsPerFan: 0 }],
    ['input.maxSeatsPerFan', { maxSeatsPerFan: 11 }],
  ])('is refused, naming %s, for %j', async (argument, changes) => {
    const { errors } = await send(anOperator(), changes);
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  it('is not for fans, nor for those who are not logged in', async () => {
    expect((await send(aFan())).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    expect((await send(null)).errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });
});
