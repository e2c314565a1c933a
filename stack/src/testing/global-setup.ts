import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standGuard } from '../processes/guard.ts';
import { startMysql } from '../servers/mysql.ts';
import { startNats } from '../servers/nats.ts';
import { freePorts } from '../servers/ports.ts';
import { findMysqld, findNatsServer } from '../servers/programs.ts';
import { cacheFolder } from './cache-folder.ts';

/** For global-teardown.ts, which jest calls in the same process. */
export let stopServers = (): Promise<void> => Promise.resolve();

/**
 * Gives a run of jest a database server and a broker. Tests find them in TEST_MYSQL_URL, with an account that may create
 * databases and accounts, and in TEST_NATS_URL.
 */
export default async function globalSetup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'frontrow-test-'));
  const guard = standGuard(folder);
  stopServers = () => guard.dismiss();
  const [mysqlPort = 0, natsPort = 0] = await freePorts(2);
  const [mysql, nats] = await Promise.all([
    startMysql({
      program: findMysqld(),
      folder: join(folder, 'mysql'),
      port: mysqlPort,
      log: join(folder, 'mysql.log'),
      durable: false,
      cache: cacheFolder,
      guard,
    }),
    startNats({
      program: findNatsServer(),
      folder: join(folder, 'nats'),
      port: natsPort,
      log: join(folder, 'nats.log'),
      guard,
    }),
  ]);
  stopServers = async () => {
    // Their data are deleted anyway, so an orderly end, which takes MySQL seconds, would gain nothing.
    mysql.kill();
    nats.kill();
    await Promise.all([mysql.exited, nats.exited]);
    await guard.dismiss();
  };
  process.env['TEST_MYSQL_URL'] = mysql.url;
  process.env['TEST_NATS_URL'] = nats.url;
  const database = mysql.flavour === 'mariadb' ? 'MariaDB' : 'MySQL';
  console.log(`\nTesting on ${database} ${mysql.version} and NATS ${nats.version}.`);
}
