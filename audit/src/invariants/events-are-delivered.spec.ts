import { randomBytes } from 'node:crypto';
import { subgraphs } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { emptyDatabase } from '@frontrow/stack/testing/empty-database';
import { consumerOf } from '../expected-consumers.ts';
import type { Databases } from '../invariant.ts';
import { eventsAreDelivered } from './events-are-delivered.ts';

const key = 'CHAR(60) CHARACTER SET ascii COLLATE ascii_bin';
const tables = [
  `CREATE TABLE outbox (position INT PRIMARY KEY AUTO_INCREMENT, id ${key}, type ${key}, subject ${key}, published_at DATETIME(3))`,
  `CREATE TABLE inbox (consumer ${key}, event_id ${key})`,
  `CREATE TABLE dead_letters (consumer ${key}, event_id ${key})`,
];
let databases: Databases;
let drop: () => Promise<unknown>;
const run = (service: Subgraph, sql: string, values: unknown[] = []) =>
  databases[service].promise().query(sql, values);
beforeEach(async () => {
  const made = await Promise.all(subgraphs.map(async (service) => [service, await emptyDatabase()] as const));
  drop = () => Promise.all(made.map(([, { drop }]) => drop()));
  databases = Object.fromEntries(made.map(([service, { database }]) => [service, database])) as Databases;
  await Promise.all(
    subgraphs.map(async (service) => {
      for (const sql of tables) await run(service, sql);
    }),
  );
});
afterEach(() => drop());

const now = new Date();
const hour = 60 * 60 * 1_000;

/** Publishes an event, and returns its id. */
async function published(by: Subgraph, type: string, ageMs = 0): Promise<string> {
  const at = (now.getTime() - ageMs).toString(16).padStart(12, '0');
  const id = `${at.slice(0, 8)}-${at.slice(8)}-7000-8000-${randomBytes(6).toString('hex')}`;
  await run(by, 'INSERT INTO outbox (id, type, subject, published_at) VALUES (?, ?, ?, NOW(3))', [
    id,
    type,
    'subject',
  ]);
  return id;
}
const handled = (service: Subgraph, type: string, id: string) =>
  run(service, 'INSERT INTO inbox VALUES (?, ?)', [consumerOf(service, type), id]);
const forgotten = (by: Subgraph, id: string) => run(by, 'DELETE FROM outbox WHERE id = ?', [id]);

async function found(): Promise<{ row: string; problem: string }[]> {
  const all = [];
  for await (const { row, problem } of eventsAreDelivered.breaches(databases, now))
    all.push({ row, problem });
  return all;
}

describe('an event', () => {
  it('that was published is handled by each of its consumers', async () => {
    const id = await published('concerts', 'schedule.cancelled.v1');
    await handled('queue', 'schedule.cancelled.v1', id);
    expect(await found()).toEqual([
      { row: `concerts: event ${id}`, problem: 'schedule.cancelled.v1 was not handled by reservations' },
    ]);
    await handled('reservations', 'schedule.cancelled.v1', id);
    expect(await found()).toEqual([]);
  });

  it('that was handled has been published', async () => {
    const id = await published('concerts', 'concert.created.v1');
    await handled('queue', 'concert.created.v1', id);
    expect(await found()).toEqual([]);
    await forgotten('concerts', id);
    const breach = {
      row: `queue: inbox row ${id}`,
      problem: 'concert.created.v1 was handled, but never published by concerts',
    };
    expect(await found()).toEqual([breach]);
    // Nor does another one of the same minute hide it.
    await handled('queue', 'concert.created.v1', await published('concerts', 'concert.created.v1'));
    expect(await found()).toEqual([breach]);
  });

  it('that was handled has been published by one of those who may', async () => {
    const ids = await Promise.all(
      (['queue', 'payments', 'payments'] as const).map((by) => published(by, 'operator.acted.v1')),
    );
    for (const id of ids) await handled('users', 'operator.acted.v1', id);
    expect(await found()).toEqual([]);
    await forgotten('payments', ids[2]!);
    expect(await found()).toMatchObject([{ row: `users: inbox row ${ids[2]!}` }]);
  });

  it('that is not yet marked as published, although it was handled, is named once', async () => {
    const id = await published('concerts', 'concert.created.v1');
    await handled('queue', 'concert.created.v1', id);
    await run('concerts', 'UPDATE outbox SET published_at = NULL');
    expect(await found()).toEqual([
      { row: `concerts: outbox row ${id}`, problem: 'concert.created.v1 was not published' },
    ]);
  });

  it('that is as old as what an outbox forgets may be in an inbox alone', async () => {
    const young = await published('concerts', 'concert.created.v1', 20 * hour);
    const old = await published('concerts', 'concert.created.v1', 23.5 * hour);
    for (const id of [young, old]) await handled('queue', 'concert.created.v1', id);
    await forgotten('concerts', old);
    expect(await found()).toEqual([]);
    await forgotten('concerts', young);
    expect(await found()).toMatchObject([{ row: `queue: inbox row ${young}` }]);
  });
});
