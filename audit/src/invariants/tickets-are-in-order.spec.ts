import type { Pool } from 'mysql2';
import { emptyDatabase } from '@frontrow/stack/testing/empty-database';
import type { Databases } from '../invariant.ts';
import { ticketsAreInOrder } from './tickets-are-in-order.ts';

let database: Pool;
let drop: () => Promise<void>;
beforeEach(async () => {
  ({ database, drop } = await emptyDatabase());
  await database.promise().query('CREATE TABLE rooms (concert_id CHAR(9), last_number INT)');
  await database.promise().query(`
    CREATE TABLE tickets (concert_id CHAR(9), number INT, admitted_at DATETIME(3), ended_at DATETIME(3), max_active INT,
      id CHAR(9), status CHAR(9), expires_at DATETIME(3))`);
});
afterEach(() => drop());

/** When it was admitted and when it ended, in seconds, and the room's maxActive at its admission. */
type Ticket = [admitted: number | null, ended: number | null, maxActive: number | null];

async function given(concert: string, ...tickets: Ticket[]): Promise<void> {
  const at = (second: number | null) => second && new Date(Date.UTC(2026, 10, 20, 10) + second * 1_000);
  await database.promise().query('INSERT INTO rooms VALUES (?)', [[concert, tickets.length]]);
  await database
    .promise()
    .query('INSERT INTO tickets (concert_id, number, admitted_at, ended_at, max_active) VALUES ?', [
      tickets.map(([admitted, ended, maxActive], i) => [concert, i + 1, at(admitted), at(ended), maxActive]),
    ]);
}

async function rowsFound(now = new Date()): Promise<string[]> {
  const found = [];
  for await (const { row } of ticketsAreInOrder.breaches({ queue: database } as Databases, now))
    found.push(row);
  return found;
}

describe('tickets in order', () => {
  it('fill each place at the moment when it became free, not earlier', async () => {
    await given('concert-1', [1, 5, 2], [1, null, 2], [5, 5.001, 2], [5.001, null, 2], [null, 3, null]);
    expect(await rowsFound()).toEqual([]);
  });

  it('are no more than there is room for: each one too many is named', async () => {
    await given('concert-1', [1, 5, 2], [1, null, 2], [4.999, 9, 2], [5, null, 2]);
    await given('concert-2', [1, null, 1], [2, 3, 1], [2, 3, 1]);
    expect(await rowsFound()).toEqual([
      'queue: room concert-1, ticket 3',
      'queue: room concert-1, ticket 4',
      'queue: room concert-2, ticket 2',
      'queue: room concert-2, ticket 3',
    ]);
  });

  it('may be more than a maxActive that was lowered since, but then nobody is admitted', async () => {
    await given('concert-1', [1, 7, 3], [1, 8, 3], [1, null, 3], [8, null, 2]);
    expect(await rowsFound()).toEqual([]);
    await given('concert-2', [1, 7, 3], [1, 8, 3], [1, null, 3], [7, null, 2]);
    expect(await rowsFound()).toEqual(['queue: room concert-2, ticket 4']);
  });

  it('count those admitted before maxActive was stored, without a claim about them', async () => {
    await given('concert-1', [1, null, null], [1, null, null], [2, null, 2]);
    expect(await rowsFound()).toEqual(['queue: room concert-1, ticket 3']);
  });

  it('have the numbers from 1 to the last that was given, each once', async () => {
    await given('concert-1', [1, null, 9], [1, null, 9], [1, null, 9]);
    await given('concert-2', [1, null, 9], [1, null, 9], [1, null, 9]);
    expect(await rowsFound()).toEqual([]);
    await database
      .promise()
      .query("UPDATE tickets SET number = 2 WHERE number = 3 AND concert_id = 'concert-1'");
    await database.promise().query("UPDATE rooms SET last_number = 4 WHERE concert_id = 'concert-2'");
    expect(await rowsFound()).toEqual(['queue: room concert-1', 'queue: room concert-2']);
  });

  it('are no longer ADMITTED when their time is over', async () => {
    await given('concert-1', [1, null, 9], [1, null, 9], [1, 5, 9]);
    const now = new Date(Date.UTC(2026, 10, 20, 10, 10));
    const before = (ms: number) => new Date(now.getTime() - ms);
    for (const [number, status, expiresAt] of [
      [1, 'ADMITTED', before(30_001)],
      [2, 'ADMITTED', before(29_999)],
      [3, 'EXPIRED', before(99_999)],
    ])
      await database
        .promise()
        .query('UPDATE tickets SET id = ?, status = ?, expires_at = ? WHERE number = ?', [
          `ticket-${String(number)}`,
          status,
          expiresAt,
          number,
        ]);
    expect(await rowsFound(now)).toEqual(['queue: ticket ticket-1 of room concert-1']);
  });

  it('leave no connection behind when thousands have ended since the last admission', async () => {
    await given('concert-1', ...Array.from({ length: 3_000 }, (): Ticket => [1, 5, 3_000]));
    expect(await rowsFound()).toEqual([]);
    // A pool waits for its queries before it ends.
    await drop();
    ({ database, drop } = await emptyDatabase());
  });

  it('are in order in a room that nobody ever joined', async () => {
    await database.promise().query("INSERT INTO rooms VALUES ('concert-1', 0)");
    expect(await rowsFound()).toEqual([]);
  });
});
