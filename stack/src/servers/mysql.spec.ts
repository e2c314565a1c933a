import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { startMysql, type Mysql, type MysqlOptions } from './mysql.ts';
import { freePorts } from './ports.ts';
import { cacheFolder } from '../testing/cache-folder.ts';
import { findMysqld, mysqlVersion } from './programs.ts';

describe('a private MySQL server', () => {
  let scratch: string;
  let options: MysqlOptions;
  let running: Mysql | undefined;

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'frontrow-mysql-'));
    const [port = 0] = await freePorts(1);
    const log = join(scratch, 'mysql.log');
    options = {
      program: findMysqld(),
      folder: join(scratch, 'data'),
      port,
      log,
      durable: false,
      cache: cacheFolder,
    };
  });

  afterEach(async () => {
    running?.kill();
    await running?.exited;
    await rm(scratch, { recursive: true, force: true });
  });

  it('finds its data again when it is started a second time, even with another password', async () => {
    running = await startMysql(options);
    await query(running.url, 'CREATE DATABASE kept');
    await running.stop();

    running = await startMysql({ ...options, password: `it's "new" \\` });
    expect(await query(running.url, 'SHOW DATABASES LIKE "kept"')).toHaveLength(1);
    await expect(query(`mysql://root@127.0.0.1:${options.port}`, 'SELECT 1')).rejects.toThrow(/denied/);
  }, 60_000);

  it('can begin beside another one, in a clone where there was none before', async () => {
    const [port = 0] = await freePorts(1);
    const cache = join(scratch, 'cache');
    const other = { ...options, folder: join(scratch, 'other'), log: join(scratch, 'other.log'), port };
    const both = await Promise.all([options, other].map((each) => startMysql({ ...each, cache })));
    for (const each of both) {
      expect(await query(each.url, 'SELECT 1 one')).toEqual([{ one: 1 }]);
      await each.stop();
    }
  }, 60_000);

  it('is set up for UTC, READ COMMITTED, and one collation on both kinds of server', async () => {
    running = await startMysql(options);
    const isolation = running.flavour === 'mariadb' ? '@@tx_isolation' : '@@transaction_isolation';
    const rows = await query(
      running.url,
      `SELECT ${isolation} isolation, @@time_zone zone, @@character_set_server charset, @@collation_server collation`,
    );
    expect(rows).toEqual([
      {
        isolation: 'READ-COMMITTED',
        zone: '+00:00',
        charset: 'utf8mb4',
        collation: 'utf8mb4_unicode_520_ci',
      },
    ]);
  }, 60_000);

  it('begins anew when its first start was interrupted half-way', async () => {
    const nobody = 2 ** 22 + 1; // above the highest process id
    const abandoned = `${options.folder}.partial-${nobody}`;
    await mkdir(abandoned);
    await writeFile(join(abandoned, 'ibdata1'), 'half');

    running = await startMysql({ ...options, cache: undefined });
    expect(await query(running.url, 'SELECT 1 one')).toEqual([{ one: 1 }]);
    await expect(rm(abandoned)).rejects.toThrow('ENOENT');
  }, 60_000);

  it('says which port is taken instead of talking to the server that has it', async () => {
    const other = createServer().listen(options.port, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    await expect(startMysql(options)).rejects.toThrow(`Port ${options.port} is taken`);
    other.close();
  });

  it('leaves a folder alone that does not belong to it', async () => {
    await mkdir(options.folder);
    await writeFile(join(options.folder, 'thesis.tex'), 'years of work');
    await expect(startMysql(options)).rejects.toThrow('is not empty');
  });

  it('does not touch the data of the other kind of server', async () => {
    const { flavour } = await mysqlVersion(options.program);
    await mkdir(join(options.folder, 'mysql'), { recursive: true });
    const mark = flavour === 'mysql' ? 'mysql/global_priv.frm' : 'mysql.ibd';
    await writeFile(join(options.folder, mark), '');
    await expect(startMysql(options)).rejects.toThrow('it cannot read it');
  });

  it('shows the end of its log when it dies at start', async () => {
    running = await startMysql(options);
    await running.stop();
    await rm(join(options.folder, 'ibdata1'));
    await writeFile(join(options.folder, 'ibdata1'), 'broken');
    await expect(startMysql(options)).rejects.toThrow(/exit code[^]*mysql\.log:[^]*InnoDB/);
  }, 60_000);
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query(sql);
    return rows as unknown[];
  } finally {
    await connection.end();
  }
}
