import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { openDatabase } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import { openKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { remoteRevocations } from '@frontrow/kit/revocations';
import { readSettings } from '@frontrow/kit/settings';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { createContext } from './context.ts';
import { handlersFor } from './handlers.ts';
import { resolvers, typeDefs } from './schema.ts';
import { deliveriesSettings, destinations } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { retention } from './storage/retention.ts';
import { startTargets } from './targets.ts';

run(async () => {
  const settings = readSettings(deliveriesSettings);
  const on = destinations(settings);
  const log = createLogger('deliveries', settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    ca: settings.DATABASE_CA_FILE,
    connections: settings.DATABASE_CONNECTIONS,
    entities,
    migrations,
    log,
  });
  lifecycle.onClose('database', () => database.destroy());
  const watch = watchDatabase(database, settings, log);
  lifecycle.onClose('database watch', () => watch.stop());
  const outbox = new Outbox(database, 'deliveries', log);
  const targets = startTargets(on, database, settings, log);
  lifecycle.onClose('targets', () => targets.stop());
  const { schedule, wake } = targets;
  const handlers = handlersFor({ targets: new Set(on.keys()), schedule, wake });
  const delivery = await startDelivery({
    service: 'deliveries',
    outbox,
    handlers,
    // Nobody waits to be told a fifth of a second sooner.
    gapMs: 200,
    settings,
    retention,
    lifecycle,
    log,
  });
  const deliveries = { outbox, targets: [...on.keys()], schedule, wake };
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    name: 'deliveries',
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(deliveries, viewer),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
