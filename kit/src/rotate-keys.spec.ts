import { jest } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rotateKeys } from './rotate-keys.ts';
import { CreateNextSigningKeys1760000000021, CreateSigningKeys1760000000004 } from './signing-keys.ts';
import { openSigningKeys } from './signing-keys.ts';
import type { KeyPurpose } from './signing-keys.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';

const migrations = [CreateSigningKeys1760000000004, CreateNextSigningKeys1760000000021];
const purpose: KeyPurpose = { name: 'passes', tokensLiveMs: 60_000 };

let own: TestDatabase;
let said: string[];
beforeEach(async () => {
  own = await freshDatabase({ entities: [], migrations });
  process.env['DATABASE_URL'] = own.url;
  said = [];
  for (const to of ['log', 'error'] as const) {
    jest.spyOn(console, to).mockImplementation((text: unknown) => void said.push(String(text)));
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  await own.drop();
});

const connections = async () =>
  (await own.database.query<object[]>('SELECT 1 FROM information_schema.processlist WHERE db = DATABASE()'))
    .length;

/** The server takes a moment to notice that a connection has ended. */
async function untilConnectionsAre(expected: number): Promise<void> {
  while ((await connections()) !== expected) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('the command that rotates keys', () => {
  it('says what it did', async () => {
    await openSigningKeys(own.database, purpose);
    await rotateKeys('queue', purpose, { entities: [], migrations });
    expect(process.exitCode).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(/^queue: a new key for passes signs from /)]);
  });

  it('says why it failed, and leaves no connection that would keep the process alive', async () => {
    const before = await connections();
    await rotateKeys('queue', purpose, { entities: [], migrations });
    expect(process.exitCode).toBe(1);
    expect(said).toEqual([expect.stringMatching(/start the service/)]);
    await untilConnectionsAre(before);
  });

  it('leaves pending migrations to the service', async () => {
    const pending = class Later1999999999999 implements MigrationInterface {
      up = (runner: QueryRunner) => runner.query('CREATE TABLE later (id INT)');
      down = (runner: QueryRunner) => runner.query('DROP TABLE later');
    };
    await openSigningKeys(own.database, purpose);
    await rotateKeys('queue', purpose, { entities: [], migrations: [...migrations, pending] });
    expect(process.exitCode).toBe(1);
    expect(said).toEqual([expect.stringMatching(/run its migrations first/)]);
    expect(await own.database.query(`SHOW TABLES LIKE 'later'`)).toEqual([]);
  });
});
