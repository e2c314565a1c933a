import { databaseUrl as address, readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { databaseUrl, subgraphs } from './layout.ts';
import type { Subgraph } from './layout.ts';
import { runningLayout } from './running.ts';
import { readSecrets } from './secrets.ts';

export interface DatabaseAddresses {
  /** The address of a service's database: `mysql://user:password@host:port/database`. */
  readonly databaseUrl: (service: Subgraph) => string;
  /** Certificates (PEM), one of which must have signed those of the servers. If they are given, all connections use TLS. */
  readonly ca?: string | undefined;
}

const settingOf = (service: Subgraph) => `DATABASE_URL_${service.toUpperCase()}`;

/**
 * The addresses of the databases. They come from DATABASE_URL_USERS, DATABASE_URL_QUEUE … of the environment, which must name all
 * seven; if it names none, they are those of the system that `npm start` runs in `home`.
 * @throws SettingsError that names each address that is wrong or missing; Error if no database is known
 */
export function databaseAddresses(environment: NodeJS.ProcessEnv, home: string): DatabaseAddresses {
  const named = namedDatabases(environment);
  if (named !== undefined) return named;
  const layout = runningLayout(home);
  if (layout === undefined) {
    throw new Error(
      'Frontrow does not run here: start it with `npm start`, or say where its databases are by DATABASE_URL_USERS, DATABASE_URL_QUEUE …',
    );
  }
  const secrets = readSecrets(home);
  return { databaseUrl: (service) => databaseUrl(service, layout.ports, secrets) };
}

/**
 * The databases that the environment names, which must be all seven; undefined if it names none.
 * @throws SettingsError that names each address that is wrong or missing
 */
export function namedDatabases(environment: NodeJS.ProcessEnv): DatabaseAddresses | undefined {
  if (!subgraphs.some((service) => environment[settingOf(service)])) return undefined;
  const shape = Object.fromEntries(subgraphs.map((service) => [settingOf(service), address]));
  const { DATABASE_CA_FILE: ca } = readSettings(
    { DATABASE_CA_FILE: subgraphSettings.DATABASE_CA_FILE },
    environment,
  );
  const addresses = readSettings(shape, environment);
  return { databaseUrl: (service) => addresses[settingOf(service)] as string, ca };
}
