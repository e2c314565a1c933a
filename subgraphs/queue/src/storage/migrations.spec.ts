import { newId } from '@frontrow/kit/ids';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { KeepMaxActive1760000200003 } from './keep-max-active.ts';
import { migrations } from './migrations.ts';
import { entities } from './entities.ts';
import { findTickets } from './tickets.ts';

it('migrations can be taken back and made again', async () => {
  const { database, drop } = await freshDatabase({ entities, migrations });
  const tables = async () =>
    (await database.query<object[]>('SHOW TABLES')).map((row) => Object.values(row)[0] as string);
  const all = await tables();
  for (const _ of migrations) await database.undoLastMigration();
  expect(await tables()).toEqual(['migrations']);
  await database.runMigrations();
  expect(await tables()).toEqual(all);
  await drop();
});

it('tickets admitted before their rooms’ maxActive was kept stay admitted, and claim nothing about it', async () => {
  const { database, drop } = await freshDatabase({ entities, migrations });
  const since = migrations.slice(migrations.indexOf(KeepMaxActive1760000200003));
  for (const _ of since) await database.undoLastMigration();
  const [id, concertId, userId, now] = [newId(), newId(), newId(), new Date()];
  await database.query(
    `INSERT INTO tickets (id, concert_id, user_id, number, status, live, joined_at, last_seen_at, admitted_at,
       admission_ends_at, expires_at) VALUES (?)`,
    [[id, concertId, userId, 1, 'ADMITTED', 1, now, now, now, now, now]],
  );
  await database.runMigrations();
  expect(await findTickets(database.manager, [id])).toMatchObject([{ status: 'ADMITTED', maxActive: null }]);
  await drop();
});
