import { freshDatabase } from '@frontrow/kit/testing/database';
import { entities } from './entities.ts';
import { migrations } from './migrations.ts';

describe('the tables of payments', () => {
  it('can be undone and made again', async () => {
    const { database, drop } = await freshDatabase({ entities, migrations });
    for (const _ of migrations) await database.undoLastMigration();
    const left = await database.query<object[]>('SHOW TABLES');
    expect(left.flatMap((row) => Object.values(row))).toEqual(['migrations']);
    await database.runMigrations();
    expect(await database.query('SELECT * FROM wallets')).toEqual([]);
    await drop();
  });

  it('refuse a balance below zero', async () => {
    const { database, drop } = await freshDatabase({ entities, migrations });
    const overdrawn = database.query('INSERT INTO wallets VALUES (UUID(), -1, NOW(3))');
    await expect(overdrawn).rejects.toThrow(/wallets_not_overdrawn/);
    await drop();
  });
});
