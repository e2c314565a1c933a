import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { freshDatabase } from '@frontrow/kit/testing/database';
import type { TestDatabase } from '@frontrow/kit/testing/database';
import { memoryDriver } from '../driver.ts';
import type { MemoryMysql } from '../server.ts';
import type { Client } from './play.ts';

export interface Tables {
  readonly entities: EntitySchema[];
  readonly migrations: (new () => MigrationInterface)[];
}

/** A DataSource like those of the services, on a server in memory. */
export async function memoryDatabase(
  mysql: MemoryMysql,
  { entities, migrations }: Tables,
): Promise<DataSource> {
  const database = new DataSource({
    type: 'mysql',
    driver: memoryDriver((name) => mysql.connect(name)),
    database: 'service',
    isolationLevel: 'READ COMMITTED',
    timezone: 'Z',
    supportBigNumbers: true,
    entities,
    migrations,
    migrationsTransactionMode: 'each',
  });
  await database.initialize();
  await database.runMigrations();
  return database;
}

export const memoryClient = (mysql: MemoryMysql): Client => {
  const connection = mysql.connect('service');
  return {
    query: (sql, parameters) => connection.query(sql, parameters),
    // After this, everything that can happen has happened, because nothing in this server waits except for locks.
    isWaiting: () => new Promise((resolve) => setImmediate(resolve, true)),
  };
};

/** The same tables on the server that jest has started. */
export class RealServer {
  readonly tables: TestDatabase;
  readonly #connections: Connection[] = [];

  private constructor(tables: TestDatabase) {
    this.tables = tables;
  }

  static async start(tables: Tables): Promise<RealServer> {
    return new RealServer(await freshDatabase(tables));
  }

  readonly connect = async (): Promise<Client> => {
    const connection = await createConnection({
      uri: this.tables.url,
      timezone: 'Z',
      supportBigNumbers: true,
      bigNumberStrings: true,
    });
    this.#connections.push(connection);
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    return {
      query: async (sql, parameters) => (await connection.query(sql, parameters as unknown[]))[0],
      isWaiting: async () => {
        // What the server reports about transactions is up to 0.1 s old, and asking for it makes it stay old.
        await new Promise((resolve) => setTimeout(resolve, 150));
        const rows = await this.tables.database.query<object[]>(
          `SELECT 1 FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = ? AND trx_state = 'LOCK WAIT'`,
          [connection.threadId],
        );
        return rows.length > 0;
      },
    };
  };

  /** Deletes what a script left behind. */
  async clear(): Promise<void> {
    for (const connection of this.#connections.splice(0)) connection.destroy();
    const { database } = this.tables;
    const tables = await database.query<{ name: string }[]>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
    );
    const runner = database.createQueryRunner();
    await runner.query('SET FOREIGN_KEY_CHECKS = 0');
    for (const { name } of tables) if (name !== 'migrations') await runner.query(`TRUNCATE TABLE ${name}`);
    await runner.query('SET FOREIGN_KEY_CHECKS = 1');
    await runner.release();
  }
}
