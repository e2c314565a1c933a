import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Guard } from '../processes/guard.ts';
import { launch, untilReady, type RunningProcess } from '../processes/process.ts';
import { asRoot, prepareDataFolder } from './mysql-data-folder.ts';
import { assertPortFree } from './ports.ts';
import { mysqlVersion, type MysqlVersion } from './programs.ts';

export interface MysqlOptions {
  /** mysqld or mariadbd, or a script that becomes one. */
  program: string;
  folder: string;
  port: number;
  /** The file that its messages go to. */
  log: string;
  /**
   * Root's. A port on 127.0.0.1 is open to everybody who has an account on the machine, so data that matters
   * needs one; the server of a test run, which is gone in a minute, does without.
   */
  password?: string;
  /** False trades everything that survives a crash for speed: for tests only. */
  durable?: boolean;
  /** Paths of the server's certificate and its key. */
  tls?: { readonly certificate: string; readonly key: string } | undefined;
  /**
   * Its number among servers that replicate each other, MariaDB's only. It writes a binary log, and once it is told to follow another one
   * acknowledges what it has from there. It begins read-only: who is the primary is decided by hand, never by who starts.
   */
  serverId?: number | undefined;
  /** See prepareDataFolder. */
  cache?: string | undefined;
  guard?: Guard | undefined;
}

export interface Mysql extends RunningProcess, MysqlVersion {
  /** Root's, with the right to create databases and accounts. */
  url: string;
  port: number;
}

/**
 * Starts a MySQL or MariaDB server that nothing else uses, on 127.0.0.1, and waits until it answers.
 *
 * @throws when the port is taken, or the server does not come up; the message has the end of its log
 */
export async function startMysql(options: MysqlOptions): Promise<Mysql> {
  const { program, folder, port, log, password = '', durable = true } = options;
  const { flavour, version } = await mysqlVersion(program);
  await assertPortFree(port, 'the MySQL server', 'Stop that program, or choose another port.');
  await prepareDataFolder({ program, folder, flavour, version, cache: options.cache });
  const accounts = join(folder, 'accounts.sql');
  await writeFile(accounts, rootAccount(password), { mode: 0o600 });

  // A MariaDB server that starts removes what it takes for leftovers in its folder for temporary tables: those of others too.
  const temporary = `${folder}-tmp`;
  await mkdir(temporary, { recursive: true });

  const running = await launch({
    name: 'mysql',
    command: program,
    args: [
      '--no-defaults', // only understood as the first option
      ...asRoot(),
      `--datadir=${folder}`,
      `--tmpdir=${temporary}`,
      `--port=${port}`,
      `--pid-file=${join(folder, 'mysqld.pid')}`,
      `--init-file=${accounts}`,
      ...settings,
      ...(options.serverId === undefined ? ['--skip-log-bin'] : replicating(options.serverId)),
      ...(options.tls ? [`--ssl-cert=${options.tls.certificate}`, `--ssl-key=${options.tls.key}`] : []),
      ...(durable ? durableSettings : fastSettings[flavour]),
    ],
    log,
    guard: options.guard,
  });
  const url = `mysql://root${password && ':' + encodeURIComponent(password)}@127.0.0.1:${port}`;
  // Recovery after a crash can take a while; a server that cannot come up ends by itself.
  await untilReady(running, () => checkMysql(url), 120_000).catch((error: unknown) => {
    running.kill();
    throw error;
  });
  return Object.assign(running, { url, port, flavour, version });
}

const settings = [
  '--bind-address=127.0.0.1',
  '--socket=', // one door is enough, and a socket's path would limit how long the folder's name may be
  '--loose-mysqlx=OFF',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_unicode_520_ci',
  '--transaction-isolation=READ-COMMITTED',
  '--default-time-zone=+00:00',
  '--max-connections=1000',
  '--innodb-buffer-pool-size=256M',
  '--performance-schema=OFF', // hundreds of megabytes on MySQL
];
// Without a replica to feed there is no binary log: InnoDB's own log makes a commit durable.

const replicating = (serverId: number) => [
  `--server-id=${serverId}`,
  '--log-bin=binlog',
  '--binlog-format=ROW',
  '--gtid-strict-mode=ON',
  '--log-slave-updates=ON',
  '--read-only=ON',
  '--rpl-semi-sync-slave-enabled=ON',
  // Before InnoDB commits, so that nobody has seen what only the primary has.
  '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
  // In ms. A primary that waited in vain would go on alone, and what it then commits can be lost.
  '--rpl-semi-sync-master-timeout=3600000',
];

const durableSettings = ['--innodb-flush-log-at-trx-commit=1'];

// Written at each commit, but never synced: the death of the process loses nothing, that of the machine may.
const fastSettings = {
  mysql: ['--innodb-flush-log-at-trx-commit=2', '--innodb-flush-method=nosync', '--innodb-doublewrite=OFF'],
  mariadb: ['--innodb-flush-log-at-trx-commit=2', '--debug-no-sync', '--innodb-doublewrite=OFF'],
};

/** Runs at each start, so the password is what it should be also when it was changed or lost. One line each. */
function rootAccount(password: string): string {
  const root = `'root'@'127.0.0.1'`;
  const secret = `IDENTIFIED BY '${password.replaceAll(/['\\]/g, '\\$&')}'`;
  return [
    `CREATE USER IF NOT EXISTS ${root} ${secret};`,
    `ALTER USER ${root} ${secret};`,
    `GRANT ALL PRIVILEGES ON *.* TO ${root} WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

/** @throws while the server does not answer */
export async function checkMysql(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: 2_000 });
  await connection.end();
}
