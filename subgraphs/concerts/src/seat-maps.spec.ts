import type { Broker } from '@frontrow/events/broker';
import { createLogger } from '@frontrow/kit/log';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { Schedule } from './domain/concert.ts';
import { startSeatMaps } from './seat-maps.ts';
import type { SeatMaps } from './seat-maps.ts';
import { holdSeats, openHall, putOnSale } from './testing/hall.ts';
import type { Hall, OnSale } from './testing/hall.ts';

let hall: Hall;
let maps: SeatMaps;
let isConnected: boolean;
/** How often the maps have asked whether the broker is there. */
let looks: number;
let failures: number;
/** The schedule that cannot be read. */
let broken: string | undefined;
beforeEach(async () => {
  hall = await openHall();
  [isConnected, looks, failures, broken] = [true, 0, 0, undefined];
  // What is published is heard by nobody.
  const broker = { isConnected: () => (looks++, isConnected), connection: { subscribe: () => undefined } };
  const { manager } = hall.outbox.database;
  const query = (sql: string, parameters: unknown[]): Promise<unknown> => {
    if (failures > 0 && failures--) throw new Error('the database is gone');
    if (parameters.includes(broken)) throw new Error('this schedule cannot be read');
    return manager.query(sql, parameters);
  };
  const log = createLogger('test', 'silent');
  maps = startSeatMaps({ query } as unknown as EntityManager, broker as unknown as Broker, log);
});
afterEach(async () => {
  await maps.stop();
  await hall.close();
});

async function hold({ concertId, scheduleId, seats }: OnSale, place: number): Promise<void> {
  const fan = aFan();
  const admissionToken = await hall.admit(fan, concertId);
  await holdSeats(hall.replicas[0], fan, { scheduleId, seatIds: [seats[place]!.id], admissionToken });
}

describe('a seat map', () => {
  it('shows what happened without a broker, also when the database fails as the broker comes back', async () => {
    const onSale = await putOnSale(hall);
    const events = maps.watch({ id: onSale.scheduleId } as Schedule);
    expect((await events.next()).value?.seats).toEqual([]);

    isConnected = false;
    for (const seen = looks; looks === seen;) await pause(10);
    await hold(onSale, 3);
    [isConnected, failures] = [true, 1];
    expect((await events.next()).value?.seats).toMatchObject([{ id: onSale.seats[3]!.id, status: 'HELD' }]);
  });

  it('does not wait for another one that cannot be read', async () => {
    const [first, second] = [await putOnSale(hall), await putOnSale(hall)];
    broken = first.scheduleId;
    const unseen = maps.watch({ id: first.scheduleId } as Schedule);
    const seen = maps.watch({ id: second.scheduleId } as Schedule);
    expect((await seen.next()).value?.seats).toEqual([]);
    broken = undefined;
    expect((await unseen.next()).value?.seats).toEqual([]);
  });

  it('shows who is slow all of it as it is now, and then the last state of each seat, once', async () => {
    const onSale = await putOnSale(hall);
    const schedule = { id: onSale.scheduleId } as Schedule;
    const [quick, slow] = [maps.watch(schedule), maps.watch(schedule)];
    await quick.next();
    const change = async (sql: string, place: number) => {
      const { id } = onSale.seats[place]!;
      await hall.outbox.database.query(`UPDATE seats SET ${sql}, version = version + 1 WHERE id = ?`, [id]);
      maps.hear(onSale.scheduleId, [id]);
      await quick.next();
    };
    const shown = async () =>
      ((await slow.next()).value?.seats ?? []).map(({ id, status }) => [
        onSale.seats.findIndex((seat) => seat.id === id),
        status,
      ]);
    await change(`status = 'HELD'`, 3);
    await change(`status = 'HELD'`, 5);
    await change(`status = 'AVAILABLE'`, 3);
    expect(await shown()).toEqual([[5, 'HELD']]);
    await change(`status = 'HELD'`, 7);
    await change(`status = 'SOLD'`, 5);
    await change(`status = 'AVAILABLE'`, 7);
    expect(await shown()).toEqual([
      [7, 'AVAILABLE'],
      [5, 'SOLD'],
    ]);
  });
});
