import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standGuard } from '@frontrow/stack/processes/guard';
import { startMysql } from '@frontrow/stack/servers/mysql';
import type { Mysql, MysqlOptions } from '@frontrow/stack/servers/mysql';
import { startNats } from '@frontrow/stack/servers/nats';
import type { Nats, NatsOptions } from '@frontrow/stack/servers/nats';
import { freePorts } from '@frontrow/stack/servers/ports';
import { findMysqld, findNatsServer } from '@frontrow/stack/servers/programs';

/** Where jest's global set-up keeps new data folders to copy from. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/frontrow', import.meta.url));

/** A server that a test has for itself, and may do anything to. */
export interface OwnServer {
  readonly url: string;
  /** Its disk. */
  readonly folder: string;
  start(): Promise<void>;
  /** SIGKILL, as a power failure would. */
  kill(): Promise<void>;
  /** SIGTERM, as an upgrade would. */
  shutDown(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Empties its disk. Only while it is down. */
  wipe(): Promise<void>;
  /** Ends it for good. */
  end(): Promise<void>;
}

/** A NATS server on a port of its own. It speaks for no other test: every stream here is called FRONTROW. */
export const startOwnBroker = (options: Pick<NatsOptions, 'passwords' | 'tls'> = {}): Promise<OwnServer> =>
  ownServer('nats', (place) => startNats({ program: findNatsServer(), ...place, ...options }));

/** A database server on a port of its own, of the same kind as that of the other tests; no commit is ever lost. */
export const startOwnDatabaseServer = (options: Pick<MysqlOptions, 'tls'> = {}): Promise<OwnServer> =>
  ownServer('mysql', (place) => startMysql({ program: findMysqld(), cache, ...place, ...options }));

type Place = Parameters<typeof startNats>[0];

async function ownServer(
  name: string,
  start: (place: Omit<Place, 'program'>) => Promise<Nats | Mysql>,
): Promise<OwnServer> {
  const home = await mkdtemp(join(tmpdir(), `frontrow-test-${name}-`));
  const guard = standGuard(home);
  const [port] = (await freePorts(1)) as [number];
  const folder = join(home, 'data');
  const launch = () => start({ folder, port, log: join(home, 'log'), guard });
  let running = await launch();
  const kill = async () => {
    running.kill();
    await running.exited;
  };
  return {
    url: running.url,
    folder,
    start: async () => {
      running = await launch();
    },
    kill,
    shutDown: () => running.stop(),
    signal: (signal) => running.kill(signal),
    wipe: () => rm(folder, { recursive: true }),
    end: async () => {
      await kill();
      await guard.dismiss();
    },
  };
}
