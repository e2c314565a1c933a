import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
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
  beforeAll(async () => {
    ({ concertId } = await create(hall.replicas[0], {}));
  });
  const send = (viewer: ReturnType<typeof aFan>, changes: object = {}) =>
    hall.replicas[0].execute(
      viewer,
      `mutation ($input: AddScheduleInput!) {
        addSchedule(input: $input) {
          ... on Schedule { id startsAt availability { total } }
          ... on Refusal { code }
        }
      }`,
      { input: { concertId, startsAt: inDays(30), sections: [section], ...changes } },
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

  it.each([
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
