import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { openDatabase } from '../database.ts';
import { createLogger } from '../log.ts';

export interface TestDatabase {
  readonly database: DataSource;
  /** For a second connection pool, as a replica has one. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A new, empty, migrated database on the server that jest's global set-up started. */
export async function freshDatabase(options: {
  entities: EntitySchema[];
  migrations: (new () => MigrationInterface)[];
}): Promise<TestDatabase> {
  const server = process.env['TEST_MYSQL_URL'];
  if (server === undefined) throw new Error('TEST_MYSQL_URL is not set: run this test through jest');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const root = await new DataSource({ type: 'mysql', url: server, poolSize: 1 }).initialize();
  await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase({
    ...options,
    url: url.href,
    connections: 20,
    log: createLogger('test', 'silent'),
  });
  return {
    database,
    url: url.href,
    drop: async () => {
      await database.destroy();
      await root.query(`DROP DATABASE ${name}`);
      await root.destroy();
    },
  };
}

/** The next transaction commits, and then its connection breaks: nobody learns that it did. */
export function loseNextCommit(database: DataSource): void {
  const transaction = database.transaction.bind(database) as (work: unknown) => Promise<unknown>;
  const losing = async (work: unknown) => {
    Reflect.deleteProperty(database, 'transaction');
    await transaction(work);
    throw Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
  };
  Object.assign(database, { transaction: losing });
}
