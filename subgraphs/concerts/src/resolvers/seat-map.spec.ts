import { idsOf } from '../layout-document.ts';
import type { LayoutDocument } from '../layout-document.ts';
import { Layouts } from '../layouts.ts';
import { findSectionsOf } from '../storage/schedules.ts';
import { DrawnMap } from '../testing/drawn-map.ts';
import { holdSeats, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';
import { aFan } from '@frontrow/kit/testing/subgraph';
import type { SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import { newId } from '@frontrow/kit/ids';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

let hall: Hall;
let here: SubgraphUnderTest;
let there: SubgraphUnderTest;
beforeAll(async () => {
  hall = await openHall();
  [here, there] = hall.replicas;
  hall.publish();
});
afterAll(() => hall.close());

async function open(at: SubgraphUnderTest, scheduleId: string) {
  const query = 'query ($id: ID!) { schedule(id: $id) { seatMap { layout states version } } }';
  const { data, errors } = await at.execute(null, query, { id: scheduleId });
  expect(errors).toBeUndefined();
  return data.schedule.seatMap as { layout: string; states: string; version: number };
}

async function follow(at: SubgraphUnderTest, scheduleId: string, since?: number) {
  const events = await at.subscribe(
    null,
    `subscription ($id: ID!, $since: Int) { seatsChanged(scheduleId: $id, since: $since) {
      seatMap { since version states changes } } }`,
    { id: scheduleId, since },
  );
  const next = async () => {
    const { value } = await events.next();
    return value?.data.seatsChanged.seatMap;
  };
  return { next, stop: () => events.return() };
}

async function hold(at: SubgraphUnderTest, { concertId, scheduleId, seats }: OnSale, ...places: number[]) {
  const fan = aFan();
  const admissionToken = await hall.admit(fan, concertId);
  const seatIds = places.map((place) => seats[place]!.id);
  const { data } = await holdSeats(at, fan, { scheduleId, seatIds, admissionToken });
  expect(data.holdSeats.__typename).toBe('SeatHold');
}

const takenIn = ({ states }: DrawnMap) => states.flatMap((state, place) => (state === 0 ? [] : [place]));

describe('Schedule.seatMap', () => {
  it('has a layout that has the same name on every replica, and that says which seats there are', async () => {
    const sections = [
      { name: 'A "quoted"', price: 100_000, rows: 3, seatsPerRow: 4 },
      { name: '스탠딩', price: 50_000, rows: 2, seatsPerRow: 7 },
    ];
    const { scheduleId, seats } = await putOnSale(hall, { sections });
    const [one, other] = await Promise.all([open(here, scheduleId), open(there, scheduleId)]);
    expect(one).toEqual(other);
    const [, name = ''] = /^\/seat-maps\/([0-9a-f]{64})\.json$/.exec(one.layout) ?? [];
    // A replica that starts later finds the layout in the database.
    const layouts = new Layouts(hall.outbox.database.manager);
    expect(await layouts.nameOf(scheduleId, [])).toBe(name);
    const br = brotliDecompressSync((await layouts.read(name, 'br'))!).toString();
    expect(gunzipSync((await layouts.read(name, 'gzip'))!).toString()).toBe(br);
    const layout = JSON.parse(br) as LayoutDocument;
    expect(idsOf(layout.seatIds)).toEqual(seats.map(({ id }) => id));
    expect(layout.seatIds.first.length).toBe(1);
    expect(layout.sections).toEqual({
      name: sections.map((section) => section.name),
      price: [100_000, 50_000],
      rows: [3, 2],
    });
    expect(await layouts.read('0'.repeat(64), 'br')).toBeNull();
  });

  it('has a layout also for a hall whose seats have ids that do not follow each other', async () => {
    const { scheduleId } = await putOnSale(hall);
    const { database } = hall.outbox;
    const known = await database.query<{ id: string }[]>(
      'SELECT id FROM seats WHERE schedule_id = ? ORDER BY seat_rank',
      [scheduleId],
    );
    const ids = known.map(() => newId());
    for (const [rank, { id }] of known.entries())
      await database.query('UPDATE seats SET id = ? WHERE id = ?', [ids[rank], id]);
    // As in a database from before layouts existed.
    await database.query('DELETE FROM schedule_layouts WHERE schedule_id = ?', [scheduleId]);
    const sections = await findSectionsOf(database.manager, [scheduleId]);
    const replicas = [new Layouts(database.manager), new Layouts(database.manager)] as const;
    const names = await Promise.all(replicas.map((layouts) => layouts.nameOf(scheduleId, sections)));
    expect(names[0]).toBe(names[1]);
    const br = await replicas[0].read(names[0]!, 'br');
    expect(idsOf((JSON.parse(brotliDecompressSync(br!).toString()) as LayoutDocument).seatIds)).toEqual(ids);
  });

  it('is opened at one replica and followed at another one, without the whole map again', async () => {
    const onSale = await putOnSale(hall);
    await hold(here, onSale, 0, 7);
    const map = new DrawnMap(100);
    const opened = await open(here, onSale.scheduleId);
    map.hear(opened);
    expect([map.version, takenIn(map)]).toEqual([2, [0, 7]]);
    const following = await follow(there, onSale.scheduleId, map.version);
    const first = await following.next();
    expect(first).toEqual({ since: 2, version: 2, states: null, changes: [] });
    map.hear(first);
    await hold(here, onSale, 99);
    await hold(there, onSale, 50);
    while (map.version < 4) map.hear(await following.next());
    expect(takenIn(map)).toEqual([0, 7, 50, 99]);
    await following.stop();

    // After a break, the client gets what it missed, once.
    await hold(here, onSale, 1);
    const again = await follow(there, onSale.scheduleId, map.version);
    const missed: number[] = [];
    while (map.version < 5) {
      const news = await again.next();
      expect(news.states).toBeNull();
      missed.push(...news.changes);
      map.hear(news);
    }
    expect(missed).toEqual([4 * 1 + 1]);
    expect(takenIn(map)).toEqual([0, 1, 7, 50, 99]);
    await again.stop();
  });

  it('is whole at first for a client that knows nothing, or a version that is no longer remembered', async () => {
    const onSale = await putOnSale(hall);
    await hold(here, onSale, 3);
    for (const since of [undefined, 0, -1]) {
      const following = await follow(here, onSale.scheduleId, since);
      const first = await following.next();
      expect(first).toEqual({ since: null, version: 1, states: expect.any(String), changes: [] });
      const map = new DrawnMap(100);
      map.hear(first);
      expect(takenIn(map)).toEqual([3]);
      await following.stop();
    }
  });

  it('costs as much as all of its seats', async () => {
    const sections = [1, 2, 3].map((n) => ({ name: `S${n}`, price: 1, rows: 100, seatsPerRow: 150 }));
    const { scheduleId } = await putOnSale(hall, { sections });
    const twice = 'query ($id: ID!) { schedule(id: $id) { seatMap { version } too: seatMap { version }';
    const three = `${twice} three: seatMap { version } } }`;
    const { data } = await here.execute(null, `${twice} } }`, { id: scheduleId });
    expect(data.schedule.too).toEqual({ version: 0 });
    const { errors } = await here.execute(null, three, { id: scheduleId });
    expect(errors?.[0]?.extensions?.['code']).toBe('OPERATION_TOO_COMPLEX');
  }, 20_000);
});
