import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { subgraphs } from '@frontrow/stack/layout';
import { fillEvents } from './events.ts';
import { makePurchases } from './purchases.ts';
import { fillState } from './state.ts';

/**
 * Fills the databases of an unused stack with what a sale leaves once everything has come to rest: `count` reservations of two
 * seats each, as many queue tickets, and their events, all from the last half day. The services have to be started again
 * afterwards.
 *
 * @param rootUrl the address of the database server
 */
export async function fillDatabases(rootUrl: string, count: number): Promise<void> {
  const connections: Connection[] = [];
  const connect = async () => {
    const connection = await createConnection(rootUrl);
    connections.push(connection);
    await connection.query('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    return connection;
  };
  try {
    const root = await connect();
    const [answer] = await root.query('SELECT @@innodb_buffer_pool_size AS size');
    const [{ size }] = answer as [{ size: number }];
    // Rows of secondary indexes come in random order, so the server should collect them in memory first.
    await root.query(`SET GLOBAL innodb_buffer_pool_size = ${2 * 1024 ** 3}`);
    await makePurchases(root, count);
    await Promise.all([
      ...subgraphs.map(async (service) => fillState(await connect(), service)),
      fillEvents(root),
    ]);
    await root.query(`SET GLOBAL innodb_buffer_pool_size = ${size}`);
  } finally {
    for (const connection of connections) await connection.end();
  }
}
