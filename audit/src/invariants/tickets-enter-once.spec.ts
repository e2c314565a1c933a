import type { Pool } from 'mysql2';
import { emptyDatabase } from '@frontrow/stack/testing/empty-database';
import type { Databases } from '../invariant.ts';
import { ticketsEnterOnce } from './tickets-enter-once.ts';

let database: Pool;
let drop: () => Promise<void>;
const run = (sql: string, values: unknown[] = []) => database.promise().query(sql, values);
beforeEach(async () => {
  ({ database, drop } = await emptyDatabase());
  await run(
    'CREATE TABLE reservations (id CHAR(9), status CHAR(9), ended_because CHAR(20), ended_at DATETIME(3))',
  );
  await run('CREATE TABLE seat_tickets (id CHAR(9), reservation_id CHAR(9))');
  await run(
    'CREATE TABLE admissions (ticket_id CHAR(9), reservation_id CHAR(9), schedule_id CHAR(9), scanned_at DATETIME(3))',
  );
  await run(
    'CREATE TABLE moved_schedules (schedule_id CHAR(9), starts_at DATETIME(3), noted_at DATETIME(3))',
  );
});
afterEach(() => drop());

const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));

/** A ticket that entered at 18:00, and whose fan cancelled at 20:00. */
async function enteredAndCancelled(because: string): Promise<void> {
  await run('INSERT INTO reservations VALUES (?)', [['purchase', 'CANCELLED', because, at(20)]]);
  await run("INSERT INTO seat_tickets VALUES ('ticket', 'purchase')");
  await run('INSERT INTO admissions VALUES (?)', [['ticket', 'purchase', 'show', at(18)]]);
}
const moved = (startsAt: Date, notedAt: Date) =>
  run('INSERT INTO moved_schedules VALUES (?)', [['show', startsAt, notedAt]]);

async function rowsFound(): Promise<string[]> {
  const found = [];
  for await (const { row } of ticketsEnterOnce.breaches({ reservations: database } as Databases, new Date()))
    found.push(row);
  return found;
}
const breach = ['reservations: ticket ticket'];

describe('a ticket that has entered', () => {
  it('is not given back by its fan, whereas Frontrow may cancel its reservation', async () => {
    await enteredAndCancelled('SHOW_CANCELLED');
    expect(await rowsFound()).toEqual([]);
    await run("UPDATE reservations SET ended_because = 'CANCELLED_BY_FAN'");
    expect(await rowsFound()).toEqual(breach);
  });

  it('may be given back once its show was moved to another day', async () => {
    await enteredAndCancelled('CANCELLED_BY_FAN');
    await moved(at(24 + 19), at(19));
    expect(await rowsFound()).toEqual([]);
  });

  it('is not given back when its show only began later', async () => {
    await enteredAndCancelled('CANCELLED_BY_FAN');
    await moved(at(22), at(19));
    expect(await rowsFound()).toEqual(breach);
  });

  it('may have been given back before its show was moved back', async () => {
    await enteredAndCancelled('CANCELLED_BY_FAN');
    await moved(at(22), at(21));
    expect(await rowsFound()).toEqual([]);
  });

  it('belongs to a reservation, and has been paid', async () => {
    await run('INSERT INTO admissions VALUES (?)', [['ticket', 'purchase', 'show', at(18)]]);
    expect(await rowsFound()).toEqual(breach);
  });
});
