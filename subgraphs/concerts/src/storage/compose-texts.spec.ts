import { freshDatabase } from '@frontrow/kit/testing/database';
import { newId } from '@frontrow/kit/ids';
import { ComposeTexts1760000300010 } from './compose-texts.ts';
import { findOrInsertVenue, searchConcerts } from './concerts.ts';
import { entities } from './entities.ts';
import { migrations } from './migrations.ts';

it('composing texts keeps every row, recognises venues, and can be undone', async () => {
  const own = await freshDatabase({ entities, migrations });
  const { database } = own;
  const { manager } = database;
  // Undoes this migration, and those that came after it.
  const since = migrations.indexOf(ComposeTexts1760000300010);
  const undo = async () => {
    for (let i = since; i < migrations.length; i++) await database.undoLastMigration();
  };
  await undo();
  const mac = '봄의 정원'.normalize('NFD');
  const ids = { venue: newId(), concert: newId(), schedule: newId(), section: newId() };
  const insertVenue = (id: string, name: string) =>
    database.query('INSERT INTO venues (id, name, address) VALUES (?, ?, ?)', [id, name, 'Street']);
  await insertVenue(ids.venue, mac);
  // The collation takes パパ for ハハ, so a concert in the second hall was given the first one.
  await insertVenue(newId(), 'ハハホール');
  await expect(insertVenue(newId(), 'パパホール')).rejects.toThrow('Duplicate');
  await database.query(
    `INSERT INTO concerts (id, venue_id, title, artist, description, sales_open_at, max_seats_per_fan)
     VALUES (?, ?, ?, '', '', UTC_TIMESTAMP(3), 4)`,
    [ids.concert, ids.venue, mac],
  );
  await database.query('INSERT INTO schedules (id, concert_id, starts_at) VALUES (?, ?, UTC_TIMESTAMP(3))', [
    ids.schedule,
    ids.concert,
  ]);
  await database.query(
    `INSERT INTO sections (id, schedule_id, name, price, row_count, seats_per_row, first_rank) VALUES (?, ?, ?, 1, 1, 1, 0)`,
    [ids.section, ids.schedule, mac],
  );

  await database.runMigrations();
  const composed = mac.normalize('NFC');
  const search = { sight: 'published', text: composed, after: undefined, limit: 10 } as const;
  expect(await searchConcerts(manager, search)).toMatchObject([{ id: ids.concert, title: composed }]);
  expect(await database.query('SELECT name FROM sections')).toEqual([{ name: composed }]);
  const venue = { id: newId(), name: composed, address: 'Street' };
  expect(await findOrInsertVenue(manager, venue)).toBe(ids.venue);
  const papa = { id: newId(), name: 'パパホール', address: 'Street' };
  expect(await findOrInsertVenue(manager, papa)).toBe(papa.id);
  await database.query('UPDATE concerts SET venue_id = ?', [papa.id]);

  await undo();
  expect(await database.query('SELECT name FROM concerts JOIN venues ON venues.id = venue_id')).toHaveLength(
    1,
  );
  await database.runMigrations();
  await own.drop();
});
