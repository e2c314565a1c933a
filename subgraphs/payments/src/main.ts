import { Arrivals } from '@frontrow/events/arrivals';
import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { openDatabase } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import { GivenIds } from '@frontrow/kit/given-ids';
import { openKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { remoteRevocations } from '@frontrow/kit/revocations';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { createContext } from './context.ts';
import { handlers } from './handlers.ts';
import { createTill } from './operations/till.ts';
import { resolvers, typeDefs } from './schema.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { findArrived } from './storage/payables.ts';

run(async () => {
  const settings = readSettings(subgraphSettings);
  const log = createLogger('payments', settings.LOG_LEVEL);
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
  const outbox = new Outbox(database, 'payments', log);
  const arrivals = new Arrivals({
    ids: new GivenIds(settings.GATEWAY_SECRET),
    find: (ids) => findArrived(database.manager, ids),
    log,
  });
  const till = createTill(outbox);
  const delivery = await startDelivery({
    service: 'payments',
    outbox,
    handlers: arrivals.hearing(handlers),
    settings,
    lifecycle,
    log,
  });
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    name: 'payments',
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext({ outbox, arrivals, till }, viewer),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
