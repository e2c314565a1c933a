import { randomBytes } from 'node:crypto';
import { createPool } from 'mysql2';
import type { Pool } from 'mysql2';

/** An empty database on the server that jest's global set-up started, with the access that the audit has to a service's. */
export async function emptyDatabase(): Promise<{ database: Pool; url: string; drop: () => Promise<void> }> {
  const uri = process.env['TEST_MYSQL_URL'];
  if (uri === undefined) throw new Error('TEST_MYSQL_URL is not set: run this test through jest');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const root = createPool({ uri }).promise();
  await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
  const database = createPool({ uri, database: name, decimalNumbers: true, timezone: 'Z' });
  const url = new URL(uri);
  url.pathname = name;
  return {
    database,
    url: url.href,
    drop: async () => {
      await database.promise().end();
      await root.query(`DROP DATABASE ${name}`);
      await root.end();
    },
  };
}
