import { databaseUrl as address, readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { databaseUrl, subgraphs } from './layout.ts';
import type { Subgraph } from './layout.ts';
import { runningLayout } from './running.ts';
import { readSecrets } from './secrets.ts';

export interface DatabaseAddresses {
  /** The address of a service's database: `mysql://user:password@host:port/database`. */
  readonly databaseUrl: (service: Subgraph) => string;
  /** The certificates (PEM) of which one must have signed the servers'. With them, nothing is said without TLS. */
  readonly ca?: string | undefined;
}

const settingOf = (service: Subgraph) => `DATABASE_URL_${service.toUpperCase()}`;

/**
 * Where the databases are: where DATABASE_URL_USERS, DATABASE_URL_QUEUE … of the environment say, all seven of them; without any, those of the
 * system that `npm start` runs in `home`.
 * @throws SettingsError naming each address that is wrong or missing; Error when nothing is known of any database
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
 * The databases that the environment names, all seven of them; undefined when it names none.
 * @throws SettingsError naming each address that is wrong or missing
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
