import type { Broker } from '@frontrow/events/broker';
import { createLogger } from '@frontrow/kit/log';
import { randomFrom } from '@frontrow/kit/testing/random';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { setTimeout as pause } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { IsolationLevel } from 'typeorm/driver/types/IsolationLevel.js';
import type { Schedule } from './domain/concert.ts';
import type { SeatStatus } from './domain/seat.ts';
import type { SeatsChanged } from './seat-changes.ts';
import { startSeatMaps } from './seat-maps.ts';
import type { SeatMaps } from './seat-maps.ts';
import { statusCodes } from './seat-states.ts';
import { DrawnMap } from './testing/drawn-map.ts';
import { holdSeats, openHall, putOnSale } from './testing/hall.ts';
import type { Hall, OnSale } from './testing/hall.ts';

let hall: Hall;
let maps: SeatMaps;
/** The maps of other replicas. */
const others: SeatMaps[] = [];
let isConnected: boolean;
/** How often the maps have asked whether the broker is connected. */
let looks: number;
let failures: number;
/** The schedule that cannot be read. */
let broken: string | undefined;
/** The statements that the database was sent. */
let statements: string[];
beforeEach(async () => {
  hall = await openHall();
  [isConnected, looks, failures, broken, statements] = [true, 0, 0, undefined, []];
  // Nobody hears what is published.
  const broker = { isConnected: () => (looks++, isConnected), connection: { subscribe: () => undefined } };
  const { manager } = hall.outbox.database;
  const failing = (at: EntityManager): EntityManager =>
    new Proxy(at, {
      get: (target, name: keyof EntityManager) => {
        if (name !== 'query') return target[name];
        return (sql: string, parameters: unknown[]): Promise<unknown> => {
          if (failures > 0 && failures--) throw new Error('the database is gone');
          if (parameters.includes(broken)) throw new Error('this schedule cannot be read');
          statements.push(sql);
          return target.query(sql, parameters);
        };
      },
    });
  const transaction = (level: IsolationLevel, work: (tx: EntityManager) => Promise<unknown>) =>
    manager.transaction(level, (tx) => work(failing(tx)));
  const log = createLogger('test', 'silent');
  maps = startSeatMaps({ transaction } as unknown as EntityManager, broker as unknown as Broker, log);
});
afterEach(async () => {
  for (const each of [maps, ...others.splice(0)]) await each.stop();
  await hall.close();
});

async function hold({ concertId, scheduleId, seats }: OnSale, place: number): Promise<void> {
  const fan = aFan();
  const admissionToken = await hall.admit(fan, concertId);
  await holdSeats(hall.replicas[0], fan, { scheduleId, seatIds: [seats[place]!.id], admissionToken });
}

/**
 * Changes a seat as the service does, but publishes no event.
 * @returns its id
 */
async function changed({ scheduleId, seats }: OnSale, sql: string, ...places: number[]): Promise<string[]> {
  const ids = places.map((place) => seats[place]!.id);
  await hall.outbox.database.transaction(async (tx) => {
    await tx.query(`UPDATE seats SET ${sql}, version = version + 1 WHERE id IN (?)`, [ids]);
    await tx.query('UPDATE section_counts SET changes = changes + ? WHERE schedule_id = ? AND slot = 3', [
      ids.length,
      scheduleId,
    ]);
  });
  return ids;
}

describe('a seat map', () => {
  it('shows what happened without a broker, also when the database fails as the broker comes back', async () => {
    const onSale = await putOnSale(hall);
    const events = maps.follow({ id: onSale.scheduleId } as Schedule);
    expect((await events.next()).value?.seats).toEqual([]);

    isConnected = false;
    for (const seen = looks; looks === seen;) await pause(10);
    await hold(onSale, 3);
    [isConnected, failures] = [true, 1];
    expect((await events.next()).value?.seats).toMatchObject([{ id: onSale.seats[3]!.id, status: 'HELD' }]);
  });

  it('does not wait for another map that cannot be read', async () => {
    const [first, second] = [await putOnSale(hall), await putOnSale(hall)];
    broken = first.scheduleId;
    const unseen = maps.follow({ id: first.scheduleId } as Schedule);
    const seen = maps.follow({ id: second.scheduleId } as Schedule);
    expect((await seen.next()).value?.seats).toEqual([]);
    broken = undefined;
    expect((await unseen.next()).value?.seats).toEqual([]);
  });

  it('shows a slow follower the whole map as it is now, and then the last state of each seat, once', async () => {
    const onSale = await putOnSale(hall);
    const schedule = { id: onSale.scheduleId } as Schedule;
    const [quick, slow] = [maps.follow(schedule), maps.follow(schedule)];
    await quick.next();
    const change = async (sql: string, place: number) => {
      maps.hear(onSale.scheduleId, await changed(onSale, sql, place));
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

  it('waits for the events of changes in its snapshot, and reads the whole map if those are lost', async () => {
    const onSale = await putOnSale(hall);
    const { scheduleId } = onSale;
    const events = maps.follow({ id: scheduleId } as Schedule);
    await events.next();
    statements.length = 0;
    const [unheard] = await changed(onSale, `status = 'HELD'`, 5);
    const heard = await changed(onSale, `status = 'HELD'`, 6);
    maps.hear(scheduleId, heard);
    while (!statements.some((sql) => sql.includes('FROM seats WHERE id IN'))) await pause(5);
    maps.hear(scheduleId, [unheard!]);
    const { changed: both, states } = (await events.next()).value!;
    expect([states.version, both.map(({ rank }) => rank).toSorted()]).toEqual([2, [5, 6]]);
    expect(statements.filter((sql) => sql.includes('FORCE INDEX (seats_by_status)'))).toEqual([]);

    await changed(onSale, `status = 'SOLD'`, 5);
    maps.hear(scheduleId, await changed(onSale, `status = 'AVAILABLE'`, 6));
    // A look that falls between the two changes shows them one by one.
    const later = new Set<number>();
    for (let version = states.version; version < 4;) {
      const news = (await events.next()).value!;
      ({ version } = news.states);
      for (const { rank } of news.changed) later.add(rank);
    }
    expect(later).toEqual(new Set([5, 6]));
  });

  it('is the same at the same version on each replica, and nobody who follows it misses anything', async () => {
    const { below, pick } = randomFrom();
    const onSale = await putOnSale(hall);
    const schedule = { id: onSale.scheduleId } as Schedule;
    const broker = { isConnected: () => true, connection: { subscribe: () => undefined } };
    const log = createLogger('test', 'silent');
    const replicas = [hall.outbox.database.manager, hall.outbox.database.manager].map((manager) =>
      startSeatMaps(manager, broker as unknown as Broker, log),
    );
    others.push(...replicas);
    /** The map at each version, whoever saw it. */
    const seen = new Map<number, string>();
    const note = (map: DrawnMap) => {
      const [before, now] = [seen.get(map.version), map.states.join('')];
      expect({ version: map.version, now }).toEqual({ version: map.version, now: before ?? now });
      seen.set(map.version, now);
    };
    const last = 120;
    /** Follows for a while at one replica, then at another one. */
    const client = async () => {
      const map = new DrawnMap(onSale.seats.length);
      while (map.version < last) {
        const events = pick(replicas).follow(schedule, below(2) === 0 ? undefined : map.version);
        for (let left = 1 + below(4); left > 0 && map.version < last; left--) {
          const { value } = await events.next();
          const { since, states, changed: some } = value as SeatsChanged;
          const changes = some.map(({ rank, status }) => 4 * rank + statusCodes[status]);
          map.hear({
            since,
            version: states.version,
            states: since === null ? states.base64 : null,
            changes,
          });
          note(map);
          await pause(below(60));
        }
        await events.return(undefined);
      }
      return map;
    };
    const clients = Array.from({ length: 4 }, client);
    for (let version = 0; version < last; version++) {
      const status = pick(['HELD', 'SOLD', 'AVAILABLE']);
      const ids = await changed(onSale, `status = '${status}'`, below(onSale.seats.length));
      // Each replica hears of the changes at its own time, in another order.
      for (const replica of replicas)
        void pause(below(80)).then(() => {
          replica.hear(schedule.id, ids);
        });
      await pause(below(20));
    }
    for (const map of await Promise.all(clients)) {
      const rows = await hall.outbox.database.query<{ status: SeatStatus }[]>(
        'SELECT status FROM seats WHERE schedule_id = ? ORDER BY seat_rank',
        [schedule.id],
      );
      expect(map.states).toEqual(rows.map(({ status }) => statusCodes[status]));
    }
  }, 60_000);
});
