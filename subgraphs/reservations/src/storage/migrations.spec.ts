import { freshDatabase } from '@frontrow/kit/testing/database';
import { migrations } from './migrations.ts';
import { entities } from './entities.ts';

it('migrations can be undone and made again', async () => {
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
