import type { Connection } from 'mysql2/promise';

// A sale of many purchases, which the database server itself makes: each purchase is a row here, and each service's rows are
// selected from these. Making a million of them through the services would take half a day.

/** The share of purchases with each outcome, in percent. */
const shares = { CONFIRMED: 90, EXPIRED: 5, CANCELLED: 3, REFUNDED: 2 } as const;
/** Some purchases are still waiting for their fan to pay. */
export type Outcome = keyof typeof shares | 'PENDING';
export const outcomes: readonly Outcome[] = ['CONFIRMED', 'EXPIRED', 'CANCELLED', 'REFUNDED', 'PENDING'];

/** The price of a seat, in points. */
export const price = 50_000;
export const seatsOfConcert = 24_000;
export const sectionsOfConcert = 4;
const purchasesOfConcert = 10_000;
const hourMs = 60 * 60 * 1_000;
const dayMs = 24 * hourMs;
/** How long the sale took. Outboxes keep events for a day, so they still have all events of the sale. */
const saleMs = 12 * hourMs;

/** The database of the purchases. */
export const bulk = 'bulk_sale';

/** SQL for an id like those of UUIDv7: the milliseconds `at`, and random digits. `of` and `number` say what it is the id of. */
export const idOf = (of: string, number: string, at: string): string =>
  `CONCAT(INSERT(LPAD(LOWER(HEX(${at})), 12, '0'), 9, 0, '-'), '-7000-8000-',
    LEFT(SHA2(CONCAT('${of} ', ${number}), 224), 12))`;

/** SQL for an instant that is given in milliseconds. */
export const instant = (ms: string): string => `FROM_UNIXTIME((${ms}) / 1000)`;

/** SQL for a value that depends on how the purchase ended; NULL for outcomes that are not given. */
export const byOutcome = (values: Partial<Record<Outcome, number | string>>): string =>
  `CASE outcome ${Object.entries(values)
    .map(([outcome, value]) => `WHEN '${outcome}' THEN ${value}`)
    .join(' ')} END`;

/** SQL for the e-mail address of a fan. */
export const emailOf = (userId: string): string => `CONCAT('fan-', ${userId}, '@example.org')`;

/** What an operator might look for. */
export interface Sought {
  readonly reservationId: string;
  readonly email: string;
  readonly scheduleId: string;
  /** Of a seat. */
  readonly label: string;
}

/** SQL for what these purchases would be looked for by. */
export const soughtIn = (numbers: readonly number[]): string => `
  SELECT reservation_id AS reservationId, ${emailOf('user_id')} AS email, schedule_id AS scheduleId,
    CONCAT('1층 A구역-', place, '-0') AS label
  FROM ${bulk}.purchases WHERE n IN (${numbers.join()})`;

/** Makes `count` purchases of two seats each, and their concerts. */
export async function makePurchases(root: Connection, count: number): Promise<void> {
  const now = Date.now();
  const startsAt = now - saleMs - 15 * 60 * 1_000; // so that the last of them have ended
  const concerts = Math.max(2, Math.ceil(count / purchasesOfConcert));
  const fans = Math.ceil(count / 2);
  await root.query(`CREATE DATABASE ${bulk}`);
  await countUpTo(root, Math.max(count, seatsOfConcert));
  await root.query(`
    CREATE TABLE ${bulk}.concerts (PRIMARY KEY (concert)) CHARACTER SET ascii COLLATE ascii_bin
    SELECT concert, made_ms, ${idOf('concert', 'concert', 'made_ms')} AS concert_id,
      ${idOf('schedule', 'concert', 'made_ms')} AS schedule_id
    FROM (SELECT n AS concert, ${startsAt - 30 * dayMs} + n * 3600000 AS made_ms
      FROM ${bulk}.numbers WHERE n < ${concerts}) AS numbered`);
  let upTo = 0;
  const ended = Object.entries(shares).map(([outcome, share]) => {
    upTo += share;
    return `WHEN place MOD 100 < ${upTo} THEN '${outcome}'`;
  });
  const seat = (index: number) =>
    idOf('seat', seatNumber('concert', `(2 * place + ${index})`), seatMs(index));
  const seatMs = (index: number) => `(made_ms + 2 * place + ${index})`;
  await root.query(`
    CREATE TABLE ${bulk}.purchases (PRIMARY KEY (n)) CHARACTER SET ascii COLLATE ascii_bin
    SELECT timed.*, concert_id, schedule_id,
      IF(n >= ${count - Math.ceil(count / 1_000)}, 'PENDING', CASE ${ended.join(' ')} END) AS outcome,
      ${idOf('user', 'fan', `${startsAt - 20 * dayMs} + fan * 1000`)} AS user_id,
      ${idOf('reservation', 'n', 'ms')} AS reservation_id,
      ${idOf('ticket', 'n', 'ms - 60000')} AS ticket_id,
      ${idOf('payment', 'n', 'ms + 30000')} AS payment_id,
      ${seat(0)} AS seat_0, ${seat(1)} AS seat_1,
      IF(n >= ${count - Math.ceil(count / 1_000)}, ${now + hourMs}, ms + 300000) AS expires_ms
    FROM (
      SELECT n, n MOD ${concerts} AS concert, n DIV ${concerts} AS place, (n DIV 2 * 7919) MOD ${fans} AS fan,
        ${startsAt} + n * ${saleMs} DIV ${count} AS ms
      FROM ${bulk}.numbers WHERE n < ${count}) AS timed
    JOIN ${bulk}.concerts USING (concert)`);
}

/** SQL for the number of a seat among the seats of all concerts. */
export const seatNumber = (concert: string, rank: string): string =>
  `${concert} * ${seatsOfConcert} + ${rank}`;

async function countUpTo(root: Connection, count: number): Promise<void> {
  await root.query(`CREATE TABLE ${bulk}.numbers (n BIGINT NOT NULL PRIMARY KEY)`);
  await root.query(`INSERT INTO ${bulk}.numbers VALUES (0)`);
  for (let size = 1; size < count; size *= 2) {
    await root.query(
      `INSERT INTO ${bulk}.numbers SELECT n + ${size} FROM ${bulk}.numbers WHERE n + ${size} < ${count}`,
    );
  }
}
