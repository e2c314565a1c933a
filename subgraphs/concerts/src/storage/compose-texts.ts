import { normalised } from '@frontrow/kit/text';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { placeOf } from './concerts.ts';

/** The texts that clients wrote, by table. From now on these columns are stored in Unicode's composed form. */
const texts = {
  venues: ['name', 'address'],
  concerts: ['title', 'artist', 'description'],
  sections: ['name'],
} as const;

/** How many rows are read at a time. */
const pageSize = 500;

/** Texts are composed (NFC), and two venues are the same if their code points are: see `placeOf`. */
export class ComposeTexts1760000300010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(texts)) await composeAll(runner, table, columns);
    if (!(await runner.hasColumn('venues', 'place'))) {
      // The hash is null for rows that became equal to another by being composed. They are kept, but no longer found by name.
      await runner.query(`
        ALTER TABLE venues ADD COLUMN place CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
        ADD UNIQUE KEY venues_by_place (place)`);
    }
    for await (const { id, name, address } of rowsOf(runner, 'venues', ['name', 'address'])) {
      const place = placeOf({ name: String(name), address: String(address) });
      await runner.query('UPDATE IGNORE venues SET place = ? WHERE id = ?', [place, id]);
    }
    if (await hasPlaceKey(runner)) await runner.query('ALTER TABLE venues DROP KEY venues_place');
  }

  /** Composed texts stay composed. Venues that the older key takes for the same become one. */
  async down(runner: QueryRunner): Promise<void> {
    if (!(await hasPlaceKey(runner))) {
      await runner.query(`
        UPDATE concerts JOIN venues ON venues.id = concerts.venue_id
        JOIN (SELECT MIN(id) AS id, name, address FROM venues GROUP BY name, address) AS kept
          ON kept.name = venues.name AND kept.address = venues.address
        SET concerts.venue_id = kept.id`);
      await runner.query(`
        DELETE venues FROM venues LEFT JOIN concerts ON concerts.venue_id = venues.id WHERE concerts.id IS NULL`);
      await runner.query('ALTER TABLE venues ADD UNIQUE KEY venues_place (name, address)');
    }
    await runner.query('ALTER TABLE venues DROP KEY venues_by_place, DROP COLUMN place');
  }
}

async function composeAll(runner: QueryRunner, table: string, columns: readonly string[]): Promise<void> {
  for await (const row of rowsOf(runner, table, columns)) {
    const before = columns.map((column) => String(row[column]));
    const after = before.map(normalised);
    if (after.every((text, index) => text === before[index])) continue;
    const changes = columns.map((column) => `${column} = ?`).join(', ');
    // A row that would equal another by the older unique key keeps its decomposed name.
    await runner.query(`UPDATE IGNORE ${table} SET ${changes} WHERE id = ?`, [...after, row['id']]);
  }
}

async function* rowsOf(
  runner: QueryRunner,
  table: string,
  columns: readonly string[],
): AsyncGenerator<Record<string, unknown>> {
  const sql = `SELECT id, ${columns.join(', ')} FROM ${table} WHERE id > ? ORDER BY id LIMIT ${pageSize}`;
  for (let after: unknown = ''; ;) {
    const rows = (await runner.query(sql, [after])) as Record<string, unknown>[];
    yield* rows;
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.['id'];
  }
}

async function hasPlaceKey(runner: QueryRunner): Promise<boolean> {
  const keys = (await runner.query(
    `SELECT 1 FROM information_schema.statistics
     WHERE table_schema = DATABASE() AND table_name = 'venues' AND index_name = 'venues_place'`,
  )) as unknown[];
  return keys.length > 0;
}
