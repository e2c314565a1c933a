import { openDatabase } from '@frontrow/kit/database';
import type { DatabaseOptions } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import type { DatabaseWatch } from '@frontrow/kit/database-watch';
import { GivenIds } from '@frontrow/kit/given-ids';
import { openKeySet } from '@frontrow/kit/key-set';
import { Lifecycle } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import type { Logger } from '@frontrow/kit/log';
import { measureDatabase } from '@frontrow/kit/measure-database';
import { startMetrics } from '@frontrow/kit/metrics';
import type { Metrics } from '@frontrow/kit/metrics';
import { remoteRevocations } from '@frontrow/kit/remote-revocations';
import type { Revocations } from '@frontrow/kit/revocations';
import type { SubgraphSettings } from '@frontrow/kit/settings';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import type { SubgraphContext, SubgraphOptions } from '@frontrow/kit/subgraph-server';
import { traceStatements } from '@frontrow/kit/trace-statements';
import { startTracing } from '@frontrow/kit/tracing';
import type { Tracing } from '@frontrow/kit/tracing';
import type { DataSource } from 'typeorm';
import type { Delivery } from './delivery.ts';
import { measureOutbox } from './measure-delivery.ts';
import { Outbox } from './outbox.ts';

/** What each service stands on. */
export interface Service {
  /** As the gateway, the broker and the log call it. */
  readonly name: string;
  readonly settings: SubgraphSettings;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** Its own, with the tables as this version of the service needs them. */
  readonly database: DataSource;
  readonly databaseWatch: DatabaseWatch;
  readonly outbox: Outbox;
  /** The ids that it gives out, and tells from those that somebody made up. */
  readonly ids: GivenIds;
  /** What it tells Prometheus; undefined when no setting names a port for it. */
  readonly metrics: Metrics | undefined;
  /** Makes spans for a collector; undefined when no setting names one. */
  readonly tracing: Tracing | undefined;
}

/**
 * A process of a service begins: it logs, waits for its database, and has its tables. It neither publishes nor answers anything yet.
 * @returns undefined when the process is there for its migrations alone (MIGRATIONS=only): they have run, everything is closed, and main has
 * nothing more to do
 */
export async function openService(
  name: string,
  settings: SubgraphSettings,
  { entities, migrations }: Pick<DatabaseOptions, 'entities' | 'migrations'>,
): Promise<Service | undefined> {
  const log = createLogger(name, settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log);
  // First, so that a process is seen while it waits for its database.
  const metrics = await startMetrics(name, settings, lifecycle);
  const tracing = await startTracing(name, settings, lifecycle);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    ca: settings.DATABASE_CA_FILE,
    connections: settings.DATABASE_CONNECTIONS,
    entities,
    migrations,
    pending: settings.MIGRATIONS === 'check' ? 'refuse' : 'run',
    log,
  });
  lifecycle.onClose('database', () => database.destroy());
  if (settings.MIGRATIONS === 'only') {
    log.info('all migrations have run');
    await lifecycle.close();
    return undefined;
  }
  if (tracing) traceStatements(database, tracing);
  const databaseWatch = watchDatabase(database, settings, log);
  lifecycle.onClose('database watch', () => databaseWatch.stop());
  const outbox = new Outbox(database, name, log);
  const ids = new GivenIds(settings.GATEWAY_SECRET);
  if (metrics) {
    measureDatabase(database, databaseWatch, metrics);
    measureOutbox(database.manager, metrics);
  }
  return { name, settings, log, lifecycle, database, databaseWatch, outbox, ids, metrics, tracing };
}

/** What a service answers, and how. */
export interface Answers<Context extends SubgraphContext> extends Pick<
  SubgraphOptions<Context>,
  'typeDefs' | 'resolvers' | 'contextFor' | 'attachments' | 'readFile' | 'jwks' | 'publishedRevocations'
> {
  /** The public keys of access tokens; those that `users` publishes when left out. */
  readonly keys?: SubgraphOptions<Context>['keys'];
  /** The access tokens that are void; those that `users` publishes when left out. */
  readonly revoked?: Revocations;
}

/** Begins to answer requests. It comes last: whatever they need stands by now, and is closed after it. */
export async function serve<Context extends SubgraphContext>(
  service: Service,
  { checks }: Delivery,
  answers: Answers<Context>,
): Promise<void> {
  const { settings, database, databaseWatch, lifecycle, log } = service;
  const revoked = answers.revoked ?? remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer<Context>({
    ...service,
    ...answers,
    keys: answers.keys ?? (await openKeySet(database, settings.USERS_JWKS_URL)),
    revoked,
    database: databaseWatch,
    checks,
  });
}
