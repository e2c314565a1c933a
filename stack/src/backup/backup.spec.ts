import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { Pool, ResultSetHeader } from 'mysql2/promise';
import { rootFolder } from '../home.ts';
import { databaseOf, subgraphs } from '../layout.ts';
import type { Subgraph } from '../layout.ts';
import { emptyDatabase } from '../testing/empty-database.ts';
import { backup, manifestFile } from './backup.ts';
import type { Manifest } from './backup.ts';
import { freezeAMoment } from './moment.ts';
import { remembered, restore } from './restore.ts';

type Databases = Record<Subgraph, Awaited<ReturnType<typeof emptyDatabase>>>;

const tables = [
  'CREATE TABLE outbox (id INT PRIMARY KEY AUTO_INCREMENT, published_at DATETIME(3) NULL, KEY (published_at))',
  'CREATE TABLE inbox (id INT PRIMARY KEY, handled_at DATETIME(3) NOT NULL)',
  'CREATE TABLE failed_attempts (id INT PRIMARY KEY, failed_at DATETIME(3) NOT NULL)',
  `CREATE TABLE odd (id INT PRIMARY KEY, text TEXT NULL, bytes MEDIUMBLOB NULL, hash BINARY(4) NULL, number BIGINT NULL,
    amount DECIMAL(20, 4) NULL, at DATETIME(3) NULL, ascii CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    twice BIGINT AS (number * 2) STORED, is_odd TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'a ; and a ''quote''')`,
];

describe('a backup', () => {
  let folder: string;
  let from: Databases;
  let to: Databases;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'frontrow-backup-')), 'backup');
    from = await sevenDatabases();
    to = await sevenDatabases();
    for (const { database } of Object.values(from)) {
      for (const sql of tables) await database.promise().query(sql);
    }
  });
  afterEach(async () => {
    await Promise.all([from, to].flatMap((all) => Object.values(all).map(({ drop }) => drop())));
    await rm(join(folder, '..'), { recursive: true });
  });

  it('restores what it was taken of, whatever characters and bytes there are', async () => {
    const { database } = from.payments;
    const rows = [
      [
        1,
        'a "quote", it\'s one; \\n is no line\nbut \r\n this \u2028 is\tone\0',
        Buffer.from([0, 39, 92, 255, 10]),
      ],
      [2, '밤의 노래 🎫', Buffer.alloc(0)],
      [3, '', null],
      [4, null, Buffer.from('X')],
    ] as const;
    for (const [id, text, bytes] of rows) {
      await database
        .promise()
        .query('INSERT INTO odd (id, text, bytes, hash, number, amount, at, ascii, is_odd) VALUES (?)', [
          [
            id,
            text,
            bytes,
            Buffer.from([0, 1, 2, id]),
            '4503599627370497',
            '0.1000',
            new Date(1.5e12 + id),
            `id-${id}`,
            id % 2,
          ],
        ]);
    }
    await backup(folder, { databaseUrl: (service) => from[service].url });
    await restore(folder, { databaseUrl: (service) => to[service].url });
    expect(await checksum(to.payments.database.promise())).toEqual(await checksum(database.promise()));
    const [back] = await to.payments.database.promise().query('SELECT id, text, bytes FROM odd ORDER BY id');
    expect((back as { id: number; text: string; bytes: Buffer }[]).map((row) => Object.values(row))).toEqual(
      rows,
    );
  });

  it('is taken by the account that docs/operations.md makes', async () => {
    const page = await readFile(join(rootFolder, 'docs/operations.md'), 'utf8');
    const block = /```sql\n(CREATE USER 'backup'.*?)```/s.exec(page)?.[1] ?? '';
    const [create = '', ofServer = '', ofDatabase = ''] = block.trim().split('\n');
    const root = from.payments.database.promise();
    await root.query(create.replace('…', 'a-password'));
    try {
      await root.query(ofServer);
      for (const service of subgraphs)
        await root.query(
          ofDatabase.replace(databaseOf('payments'), new URL(from[service].url).pathname.slice(1)),
        );
      await root.query("INSERT INTO odd (id, text) VALUES (1, 'a wallet')");
      const databaseUrl = (service: Subgraph) => {
        const url = Object.assign(new URL(from[service].url), { username: 'backup', password: 'a-password' });
        return url.href;
      };
      await backup(folder, { databaseUrl });
      const account = await createConnection(databaseUrl('payments'));
      await expect(account.query('DELETE FROM odd')).rejects.toThrow(/denied/);
      await account.end();
    } finally {
      await root.query("DROP USER 'backup'@'%'");
    }
    await restore(folder, { databaseUrl: (service) => to[service].url });
    const [rows] = await to.payments.database.promise().query('SELECT text FROM odd');
    expect(rows).toEqual([{ text: 'a wallet' }]);
  });

  it('has no effect in one database whose cause is missing in another, while both are written to', async () => {
    const [producer, consumer] = [from.users.database.promise(), from.deliveries.database.promise()];
    const restoreQuery = await delaySnapshotsOf(from.deliveries.url, 300);
    let isOver = false;
    const sell = async () => {
      while (!isOver) {
        const [{ insertId }] = await producer.query<ResultSetHeader>('INSERT INTO outbox VALUES ()');
        await consumer.query('INSERT INTO inbox VALUES (?, NOW(3))', [insertId]);
      }
    };
    const selling = Array.from({ length: 4 }, sell);
    try {
      for (let i = 0; i < 3; i++) {
        const moment = await freezeAMoment({ databaseUrl: (service) => from[service].url });
        const [caused, done] = await Promise.all([
          idsOf(moment.readers.users, 'outbox'),
          idsOf(moment.readers.deliveries, 'inbox'),
        ]);
        await moment.close();
        expect(done.filter((id) => !caused.includes(id))).toEqual([]);
      }
    } finally {
      isOver = true;
      restoreQuery();
      await Promise.all(selling);
    }
  });

  it('of ten days ago does not forget what had been published and handled just before', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1_000);
    const { database } = from.queue;
    await database.promise().query('INSERT INTO outbox (published_at) VALUES (?), (NULL)', [daysAgo(10)]);
    await database.promise().query('INSERT INTO inbox VALUES (1, ?)', [daysAgo(11)]);
    await backup(folder, { databaseUrl: (service) => from[service].url });
    const manifest = JSON.parse(await readFile(manifestFile(folder), 'utf8')) as Manifest;
    await writeFile(
      manifestFile(folder),
      JSON.stringify({ ...manifest, takenAt: daysAgo(10).toISOString() }),
    );
    await restore(folder, { databaseUrl: (service) => to[service].url });

    const restored = to.queue.database.promise();
    const aMinuteAgo = new Date(Date.now() - 60_000);
    const [published] = await restored.query('SELECT published_at > ? AS isYoung FROM outbox ORDER BY id', [
      aMinuteAgo,
    ]);
    expect(published).toEqual([{ isYoung: 1 }, { isYoung: null }]);
    const [handled] = await restored.query('SELECT handled_at > ? AS isYoung FROM inbox', [daysAgo(2)]);
    expect(handled).toEqual([{ isYoung: 1 }]);
  });

  it('knows all that services forget about events', async () => {
    // Imported by path, because the code of the stack does not depend on `events`, which uses it to start servers in tests.
    const retention = (await import(join(rootFolder, 'events/src/retention.ts'))) as {
      eventRetention: { table: string; column: string }[];
    };
    expect(retention.eventRetention.map(({ table, column }) => ({ table, column }))).toEqual(remembered);
  });

  it('is refused when it is incomplete, or the databases are not empty', async () => {
    const into = { databaseUrl: (service: Subgraph) => to[service].url };
    await expect(restore(folder, into)).rejects.toThrow(/is not a backup, or it is incomplete/);
    await backup(folder, { databaseUrl: (service) => from[service].url });
    await expect(backup(folder, into)).rejects.toThrow(/is not empty/);
    await to.sagas.database.promise().query('CREATE TABLE something (id INT)');
    await expect(restore(folder, into)).rejects.toThrow(
      /the database of sagas is not empty. Nothing was changed/,
    );
    const [tables] = await to.users.database.promise().query('SHOW TABLES');
    expect(tables).toEqual([]);
  });
});

/**
 * Makes snapshots of one database begin this many ms late, as if its server were far away.
 * @returns a function that undoes this
 */
async function delaySnapshotsOf(url: string, ms: number): Promise<() => void> {
  const any = await createConnection(url);
  const prototype = Object.getPrototypeOf(any) as { query: (...all: unknown[]) => Promise<unknown> };
  await any.end();
  const { query } = prototype;
  const database = new URL(url).pathname.slice(1);
  prototype.query = async function (this: { config: { database: string } }, ...all) {
    if (this.config.database === database && String(all[0]).startsWith('START TRANSACTION')) await pause(ms);
    return query.apply(this, all);
  };
  return () => (prototype.query = query);
}

const sevenDatabases = async (): Promise<Databases> =>
  Object.fromEntries(
    await Promise.all(subgraphs.map(async (service) => [service, await emptyDatabase()] as const)),
  ) as Databases;

async function checksum(database: Pick<Pool, 'query'>): Promise<unknown> {
  const [rows] = await database.query(
    `SELECT COUNT(*) AS count, GROUP_CONCAT(SHA2(CONCAT_WS('|', id, COALESCE(text, 'NULL'), COALESCE(HEX(bytes), 'NULL'), HEX(hash),
       number, amount, at, ascii, twice, is_odd), 256) ORDER BY id) AS sum FROM odd`,
  );
  return rows;
}

async function idsOf(reader: Pick<Pool, 'query'>, table: string): Promise<number[]> {
  const [rows] = await reader.query(`SELECT id FROM ${table}`);
  return (rows as { id: number }[]).map(({ id }) => id);
}
