import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { aHold, held } from '../testing/holds.ts';
import { reservationsUnderTest, seen } from '../testing/service.ts';
import type { ServiceUnderTest } from '../testing/service.ts';

let service: ServiceUnderTest;
const hold = aHold();
beforeAll(async () => {
  service = await reservationsUnderTest();
  await service.tell(held(hold));
});
afterAll(() => service.stop());

const query = `query ($id: ID!) { reservation(id: $id) { id status } }`;
const ask = (viewer: Parameters<typeof service.graph.execute>[0], id: string) =>
  service.graph.execute(viewer, query, { id });
const shown = { id: hold.reservationId, status: 'PENDING' };

describe('Query.reservation', () => {
  it('shows a fan their own, and an operator any', async () => {
    for (const viewer of [aFan(hold.userId), anOperator()]) {
      expect(await ask(viewer, hold.reservationId)).toEqual({ data: { reservation: shown } });
    }
  });

  it("is null for somebody else's, and when nobody is logged in", async () => {
    for (const viewer of [aFan(), null]) {
      expect(await ask(viewer, hold.reservationId)).toEqual({ data: { reservation: null } });
    }
  });

  it('is waited for if its id was given out just now', async () => {
    const next = aHold();
    const looking = seen(service, next);
    await service.tell(held(next));
    expect(await looking).toMatchObject({ id: next.reservationId, status: 'PENDING' });
    expect(await seen(service, aHold())).toBeNull();
  });

  it.each(['', 'x', "' OR 1=1 --", '0'.repeat(100_000), newId(), hold.reservationId.toUpperCase()])(
    'is null for an id that is unknown, or none at all',
    async (id) => {
      expect(await ask(anOperator(), id)).toEqual({ data: { reservation: null } });
    },
  );
});

describe('Reservation as an entity', () => {
  const fields = 'id status total seats { label price } user { id } concert { id } schedule { id }';

  it('is loaded with its seats, many in two queries', async () => {
    const holds = Array.from({ length: 50 }, () => aHold({ userId: hold.userId }));
    await service.tell(...holds.map(held));
    let queries = 0;
    const { database } = service.outbox;
    const { createQueryRunner } = database;
    database.createQueryRunner = (mode) => {
      queries++;
      return createQueryRunner.call(database, mode);
    };
    const keys = holds.map(({ reservationId }) => ({ id: reservationId }));
    const { data } = await service.graph.entities(aFan(hold.userId), 'Reservation', keys, fields);
    database.createQueryRunner = createQueryRunner;
    expect(data).toEqual(
      holds.map(({ reservationId, userId, concertId, scheduleId, total, seats }) => ({
        ...{ id: reservationId, status: 'PENDING', total },
        seats: seats.map(({ label, price }) => ({ label, price })),
        ...{ user: { id: userId }, concert: { id: concertId }, schedule: { id: scheduleId } },
      })),
    );
    expect(queries).toBe(2);
  });

  it('is null for viewers whom it does not concern, and if there is none', async () => {
    const keys = [{ id: hold.reservationId }, { id: newId() }, { id: 'nonsense' }];
    const asked = (viewer: Parameters<typeof service.graph.entities>[0]) =>
      service.graph.entities(viewer, 'Reservation', keys, 'id status');
    expect((await asked(aFan())).data).toEqual([null, null, null]);
    expect((await asked(null)).data).toEqual([null, null, null]);
    expect((await asked(anOperator())).data).toEqual([shown, null, null]);
  });
});
