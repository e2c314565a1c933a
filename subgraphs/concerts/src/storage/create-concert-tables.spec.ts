import { freshDatabase } from '@frontrow/kit/testing/database';
import { entities } from './entities.ts';
import { migrations } from './migrations.ts';

describe('the tables of concerts', () => {
  it('can be undone and made again, also after an interruption', async () => {
    const { database, drop } = await freshDatabase({ entities, migrations });
    for (const _ of migrations) await database.undoLastMigration();
    const left = await database.query<object[]>('SHOW TABLES');
    expect(left.flatMap((row) => Object.values(row))).toEqual(['migrations']);
    await database.runMigrations();
    // As a process leaves the tables if it dies before the last one.
    await database.query('DELETE FROM migrations');
    await database.query('DROP TABLE ended_tickets');
    await database.runMigrations();
    expect(await database.query('SELECT * FROM ended_tickets')).toEqual([]);
    await drop();
  });
});
