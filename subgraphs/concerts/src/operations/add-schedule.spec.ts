import { operatorActed } from '@frontrow/events/contracts/operators';
import { emittedOf } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { loseNextCommit } from '@frontrow/kit/testing/database';
import { create, inDays, openHall } from '../testing/hall.ts';
import type { Hall } from '../testing/hall.ts';

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

describe('adding a schedule', () => {
  const section = { name: 'A', price: 1_000, rows: 1, seatsPerRow: 1 };
  let concertId: string;
  let nextDay = 30;
  beforeAll(async () => {
    ({ concertId } = await create(hall.replicas[0], {}));
  });
  const send = (viewer: ReturnType<typeof aFan>, changes: object = {}, replica: 0 | 1 = 0) =>
    hall.replicas[replica].execute(
      viewer,
      `mutation ($input: AddScheduleInput!) {
        addSchedule(input: $input) {
          ... on Schedule { id startsAt availability { total } }
          ... on Refusal { code }
        }
      }`,
      { input: { concertId, startsAt: inDays(nextDay++), sections: [section], ...changes } },
    );

  it('takes a hall of 100,000 seats', async () => {
    const sections = ['A', 'B', 'C'].map((name) => ({ name, price: 1, rows: 200, seatsPerRow: 166 }));
    const rest = { ...section, name: 'D', rows: 4, seatsPerRow: 100 };
    const { data } = await send(anOperator(), { sections: [...sections, rest] });
    expect(data.addSchedule.availability).toEqual({ total: 100_000 });
    const [row] = await hall.outbox.database.query(
      `SELECT COUNT(*) AS seats, COUNT(DISTINCT seat_rank) AS ranks, MIN(seat_rank) AS first, MAX(seat_rank) AS last
       FROM seats WHERE schedule_id = ?`,
      [data.addSchedule.id],
    );
    expect(Object.values(row).map(Number)).toEqual([100_000, 100_000, 0, 99_999]);
  });

  const rowsAt = async (startsAt: string) => {
    const rows = await hall.outbox.database.query<{ id: string }[]>(
      'SELECT seats.id FROM seats JOIN schedules ON schedules.id = schedule_id WHERE concert_id = ? AND starts_at = ?',
      [concertId, new Date(startsAt)],
    );
    return rows.length;
  };

  it('at the same time and with the same sections returns the same schedule, also to six who add it at once', async () => {
    const twice = { startsAt: inDays(400), sections: [section, { ...section, name: 'B', price: 0 }] };
    const sendAt = (replica: number) => send(anOperator(), twice, replica % 2 === 0 ? 0 : 1);
    const answers = await Promise.all(Array.from({ length: 6 }, (_, replica) => sendAt(replica)));
    answers.push(await sendAt(1));
    expect(new Set(answers.map(({ data }) => data.addSchedule.id)).size).toBe(1);
    expect(await rowsAt(twice.startsAt)).toBe(2);
    const acted = await emittedOf(hall.outbox, operatorActed);
    expect(acted.filter(({ subjectId }) => subjectId === answers[0]?.data.addSchedule.id)).toHaveLength(1);
  });

  it.each([
    ['another price', [{ ...section, price: 2 }]],
    ['another name', [{ ...section, name: 'a' }]],
    ['one section more', [section, { ...section, name: 'B' }]],
    ['more seats', [{ ...section, rows: 2 }]],
  ])('at the same time with %s is refused', async (_what, sections) => {
    const startsAt = inDays(nextDay++);
    await send(anOperator(), { startsAt });
    const { data } = await send(anOperator(), { startsAt, sections });
    expect(data.addSchedule).toEqual({ code: 'ALREADY_EXISTS' });
    expect(await rowsAt(startsAt)).toBe(1);
  });

  it('adds one schedule, also when the answer to its COMMIT is lost', async () => {
    const startsAt = inDays(nextDay++);
    loseNextCommit(hall.outbox.database);
    const { data } = await send(anOperator(), { startsAt });
    expect(data.addSchedule.id).toEqual(expect.any(String));
    expect(await rowsAt(startsAt)).toBe(1);
  });

  it.each([
    ['input.sections.1.name', { sections: [section, { ...section, name: '\u200bA' }] }],
    [
      'input.sections.1.name',
      { sections: ['각', '각'.normalize('NFD')].map((name) => ({ ...section, name })) },
    ],
    ['input.sections.0.name', { sections: [{ ...section, name: '\udfab' }] }],
    ['input.startsAt', { startsAt: inDays(-1) }],
    ['input.sections', { sections: [] }],
    [
      'input.sections',
      { sections: Array.from({ length: 10_000 }, (_, i) => ({ ...section, name: `${i}` })) },
    ],
    [
      'input.sections',
      { sections: ['A', 'B', 'C'].map((name) => ({ ...section, name, rows: 200, seatsPerRow: 200 })) },
    ],
    ['input.sections.1.name', { sections: [section, { ...section, name: ' A ' }] }],
    ['input.sections.0.name', { sections: [{ ...section, name: '' }] }],
    ['input.sections.0.price', { sections: [{ ...section, price: -1 }] }],
    ['input.sections.0.price', { sections: [{ ...section, price: 10_000_001 }] }],
    ['input.sections.0.rows', { sections: [{ ...section, rows: 0 }] }],
    ['input.sections.0.rows', { sections: [{ ...section, rows: 201 }] }],
    ['input.sections.0.seatsPerRow', { sections: [{ ...section, seatsPerRow: 2_147_483_647 }] }],
  ])('is refused, naming %s', async (argument, changes) => {
    const { errors } = await send(anOperator(), changes);
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  it('to a concert that does not exist is refused', async () => {
    for (const unknown of [newId(), '', '🎸']) {
      expect((await send(anOperator(), { concertId: unknown })).data.addSchedule).toEqual({
        code: 'NOT_FOUND',
      });
    }
  });

  it('is not for fans', async () => {
    expect((await send(aFan())).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  });
});
