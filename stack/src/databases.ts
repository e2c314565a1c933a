import { createConnection } from 'mysql2/promise';
import { databaseOf, subgraphs } from './layout.ts';
import type { Secrets } from './secrets.ts';

/** Makes each subgraph's database, and an account that can reach only this database. It may be repeated at any time. */
export async function createDatabases(rootUrl: string, secrets: Secrets): Promise<void> {
  const root = await createConnection(rootUrl);
  try {
    for (const subgraph of subgraphs) {
      const name = databaseOf(subgraph);
      const account = `'${name}'@'127.0.0.1'`;
      // In GRANT, an underscore stands for any character. Unescaped, frontrow_users would also open frontrowXusers.
      const granted = name.replaceAll('_', '\\_');
      await root.query(
        `CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`,
      );
      await root.query(`CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ?`, [secrets.databases[subgraph]]);
      await root.query(`ALTER USER ${account} IDENTIFIED BY ?`, [secrets.databases[subgraph]]);
      await root.query(`GRANT ALL PRIVILEGES ON \`${granted}\`.* TO ${account}`);
    }
  } finally {
    await root.end();
  }
}
