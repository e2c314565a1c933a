import type { Pool } from 'mysql2';

/** Streams the rows of a query, so that a table of millions is never in memory as a whole. */
export async function* rows<Row>(database: Pool, sql: string, values: unknown[] = []): AsyncGenerator<Row> {
  yield* database.query(sql, values).stream({ highWaterMark: 1_000 }) as AsyncIterable<Row>;
}

/**
 * Joins two streams that are both sorted by `key`, by bytes, each key once. It yields every key that is in either, with its row
 * on the left, on the right, or on both sides.
 */
export async function* fullJoin<Left extends { key: string }, Right extends { key: string }>(
  left: AsyncGenerator<Left>,
  right: AsyncGenerator<Right>,
): AsyncGenerator<{ key: string; left?: Left; right?: Right }> {
  try {
    let [l, r] = await Promise.all([left.next(), right.next()]);
    while (l.done !== true || r.done !== true) {
      if (r.done === true || (l.done !== true && l.value.key < r.value.key)) {
        const value = l.value as Left;
        yield { key: value.key, left: value };
        l = await left.next();
      } else if (l.done === true || r.value.key < l.value.key) {
        yield { key: r.value.key, right: r.value };
        r = await right.next();
      } else {
        yield { key: l.value.key, left: l.value, right: r.value };
        [l, r] = await Promise.all([left.next(), right.next()]);
      }
    }
  } finally {
    // If one stream fails, the connection of the other is given back, too.
    await Promise.all([left.return(undefined), right.return(undefined)]);
  }
}
