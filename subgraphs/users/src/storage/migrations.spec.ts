import { freshDatabase } from '@frontrow/kit/testing/database';
import { migrations } from './migrations.ts';

describe('the migrations', () => {
  it('can be undone and run again', async () => {
    const { database, drop } = await freshDatabase({ entities: [], migrations });
    const tables = async () => {
      const rows = await database.query<{ name: string }[]>(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1',
      );
      return rows.map(({ name }) => name);
    };
    const before = await tables();
    expect(before).toEqual(
      expect.arrayContaining(['users', 'sessions', 'refresh_tokens', 'log_in_attempts', 'throttles']),
    );
    for (const _ of migrations) await database.undoLastMigration();
    expect(await tables()).toEqual(['migrations']);
    await database.runMigrations();
    expect(await tables()).toEqual(before);
    await drop();
  });
});
