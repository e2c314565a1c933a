import type { Pool } from 'mysql2';
import { fullJoin, rows } from './rows.ts';

/**
 * One of two sides that must agree: a query for a `key`, text that begins with a UUIDv7, and an `amount`, a whole number. The
 * amounts of several rows with the same key are added up.
 */
export interface Side {
  readonly database: Pool;
  readonly sql: string;
}

/** The sum of a key's amounts on each side; 0 on a side that does not have the key. */
interface Difference {
  readonly key: string;
  readonly left: number;
  readonly right: number;
}

interface Total {
  readonly key: string;
  total: number;
}

/** The other side, if everything on one side has to add up to nothing. */
export const nothing = (database: Pool): Side => ({
  database,
  sql: "SELECT '' AS `key`, 0 AS amount FROM DUAL WHERE FALSE",
});

/**
 * Yields the keys whose amounts do not add up to the same on both sides, in order.
 *
 * Millions of rows are compared without leaving their servers: each server weighs its amounts with a hash of their keys, and adds
 * them all up. If the sums differ, they differ for some quarters of an hour, and only the keys of those are compared one by one.
 * The probability that different amounts have equal sums is one in 2³².
 */
export async function* differences(left: Side, right: Side): AsyncGenerator<Difference> {
  const [leftSum, rightSum] = await Promise.all([sumOf(left), sumOf(right)]);
  if (leftSum === rightSum) return;
  const [leftSums, rightSums] = await Promise.all([sumsByTime(left), sumsByTime(right)]);
  const times = [...new Set([...leftSums.keys(), ...rightSums.keys()])];
  const suspicious = times.filter((time) => (leftSums.get(time) ?? '0') !== (rightSums.get(time) ?? '0'));
  for await (const { key, ...both } of fullJoin(totalsOf(suspicious, left), totalsOf(suspicious, right))) {
    const difference = { key, left: both.left?.total ?? 0, right: both.right?.total ?? 0 };
    if (difference.left !== difference.right) yield difference;
  }
}

// Decimals, because a product may exceed the server's integers; as text, because it exceeds what a number holds here. SHA2,
// because checksums of similar keys can cancel each other out.
const weighedSum =
  'CAST(COALESCE(SUM(CAST(amount AS DECIMAL(20)) * CRC32(SHA2(`key`, 224))), 0) AS CHAR) AS sum';

async function sumOf({ database, sql }: Side): Promise<string> {
  const [answer] = await database.promise().query(`SELECT ${weighedSum} FROM (${sql}) AS side`);
  return (answer as [{ sum: string }])[0].sum;
}

/** The first digits of a UUIDv7 say in which quarter of an hour it was made. */
const time = 'LEFT(`key`, 7)';

async function sumsByTime({ database, sql }: Side): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  const found = rows<{ time: string; sum: string }>(
    database,
    `SELECT ${time} AS time, ${weighedSum} FROM (${sql}) AS side GROUP BY ${time}`,
  );
  for await (const { time, sum } of found) sums.set(time, sum);
  return sums;
}

/** The totals of the keys of these times, in order. They are added up here, because servers are slow at grouping by many keys. */
async function* totalsOf(times: readonly string[], { database, sql }: Side): AsyncGenerator<Total> {
  const lines = rows<{ key: string; amount: number }>(
    database,
    `SELECT \`key\`, amount FROM (${sql}) AS side WHERE ${time} IN (?) ORDER BY \`key\``,
    [times],
  );
  let last: Total | undefined;
  for await (const { key, amount } of lines) {
    if (key === last?.key) {
      last.total += amount;
      continue;
    }
    if (last !== undefined) yield last;
    last = { key, total: amount };
  }
  if (last !== undefined) yield last;
}
