import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Guard } from '../processes/guard.ts';
import { launch, untilReady, type RunningProcess } from '../processes/process.ts';
import { asRoot, prepareDataFolder } from './mysql-data-folder.ts';
import { assertPortFree } from './ports.ts';
import { mysqlVersion, type MysqlVersion } from './programs.ts';

export interface MysqlOptions {
  /** mysqld or mariadbd, or a script that runs one of them. */
  program: string;
  folder: string;
  port: number;
  /** The file for its messages. */
  log: string;
  /** The path of a Unix socket, where it listens too. It has to be short. */
  socket?: string;
  /**
   * The password of root. A port on 127.0.0.1 is open to everybody who has an account on the machine, so data that matters need
   * one. The server of a test run, which is gone in a minute, has none.
   */
  password?: string;
  /** With false, data do not survive a crash, and the server is faster. For tests only. */
  durable?: boolean;
  /** The paths of the server's certificate and its key. */
  tls?: { readonly certificate: string; readonly key: string } | undefined;
  /**
   * Its number among servers that replicate each other. It writes a binary log, and once it follows another
   * server, it acknowledges what it has from there. It begins read-only, because which server is the primary is decided by hand,
   * never by the order of starts.
   */
  serverId?: number | undefined;
  /** See prepareDataFolder. */
  cache?: string | undefined;
  guard?: Guard | undefined;
}

export interface Mysql extends RunningProcess, MysqlVersion {
  /** The address with root's account, which may create databases and accounts. */
  url: string;
  port: number;
}

/**
 * Starts a MySQL or MariaDB server for this caller only, on 127.0.0.1, and waits until it answers.
 *
 * @throws if the port is taken, or the server does not start; the message has the end of its log
 */
export async function startMysql(options: MysqlOptions): Promise<Mysql> {
  const { program, folder, port, log, password = '', durable = true, socket = '' } = options;
  const { flavour, version } = await mysqlVersion(program);
  await assertPortFree(port, 'the MySQL server', 'Stop that program, or choose another port.');
  await prepareDataFolder({ program, folder, flavour, version, cache: options.cache });
  const accounts = join(folder, 'accounts.sql');
  await writeFile(accounts, rootAccount(password), { mode: 0o600 });

  // A MariaDB server that starts removes supposed leftovers from its folder for temporary tables, even those of other servers.
  const temporary = `${folder}-tmp`;
  await mkdir(temporary, { recursive: true });

  const running = await launch({
    name: 'mysql',
    command: program,
    args: [
      '--no-defaults', // only accepted as the first option
      ...asRoot(),
      `--datadir=${folder}`,
      `--tmpdir=${temporary}`,
      `--port=${port}`,
      // The port is enough, and the path of a socket would limit the length of the folder's name.
      `--socket=${socket}`,
      `--pid-file=${join(folder, 'mysqld.pid')}`,
      `--init-file=${accounts}`,
      ...settings,
      ...(options.serverId === undefined
        ? ['--skip-log-bin']
        : [`--server-id=${options.serverId}`, ...replicating[flavour]]),
      ...(options.tls ? [`--ssl-cert=${options.tls.certificate}`, `--ssl-key=${options.tls.key}`] : []),
      ...(durable ? durableSettings : fastSettings[flavour]),
    ],
    log,
    guard: options.guard,
  });
  const url = `mysql://root${password && ':' + encodeURIComponent(password)}@127.0.0.1:${port}`;
  // Recovery after a crash can take a while; a server that cannot start ends by itself.
  await untilReady(running, () => checkMysql(url), 120_000).catch((error: unknown) => {
    running.kill();
    throw error;
  });
  return Object.assign(running, { url, port, flavour, version });
}

const settings = [
  '--bind-address=127.0.0.1',
  '--loose-mysqlx=OFF',
  '--skip-name-resolve',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_unicode_520_ci',
  '--transaction-isolation=READ-COMMITTED',
  '--default-time-zone=+00:00',
  '--max-connections=1000',
  '--innodb-buffer-pool-size=256M',
  '--performance-schema=OFF', // it takes hundreds of megabytes on MySQL
];
// Without a replica there is no binary log, because InnoDB's own log makes a commit durable.

// The replica acknowledges before InnoDB commits, so that nobody has seen a change that only the primary has. The timeout is in ms: a
// primary that has waited in vain would continue alone, and what it then commits could be lost.
const replicating = {
  mariadb: [
    '--log-bin=binlog',
    '--binlog-format=ROW',
    '--gtid-strict-mode=ON',
    '--log-slave-updates=ON',
    '--read-only=ON',
    '--rpl-semi-sync-slave-enabled=ON',
    '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
    '--rpl-semi-sync-master-timeout=3600000',
  ],
  mysql: [
    '--log-bin=binlog',
    '--gtid-mode=ON',
    '--enforce-gtid-consistency=ON',
    '--read-only=ON',
    '--plugin-load-add=semisync_source.so',
    '--plugin-load-add=semisync_replica.so',
    '--rpl-semi-sync-replica-enabled=ON',
    '--rpl-semi-sync-source-wait-point=AFTER_SYNC',
    '--rpl-semi-sync-source-timeout=3600000',
  ],
};

const durableSettings = ['--innodb-flush-log-at-trx-commit=1'];

// Written at each commit, but never synced: nothing is lost if the process dies, but something may be if the machine does.
const fastSettings = {
  mysql: ['--innodb-flush-log-at-trx-commit=2', '--innodb-flush-method=nosync', '--innodb-doublewrite=OFF'],
  mariadb: ['--innodb-flush-log-at-trx-commit=2', '--debug-no-sync', '--innodb-doublewrite=OFF'],
};

/** Runs at each start, so that the password is right even after it was changed or lost. One statement a line. */
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
