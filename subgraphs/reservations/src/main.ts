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
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { startClock } from './clock.ts';
import { createContext } from './context.ts';
import { startFollowers } from './followers.ts';
import { handlers } from './handlers.ts';
import { resolvers, typeDefs } from './schema.ts';
import { migrations } from './storage/migrations.ts';
import { retention } from './storage/retention.ts';
import { entities } from './storage/entities.ts';
import { findArrived } from './storage/reservations.ts';
import { ticketKeys } from './ticket-code.ts';

run(async () => {
  const settings = readSettings(subgraphSettings);
  const log = createLogger('reservations', settings.LOG_LEVEL);
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
  const outbox = new Outbox(database, 'reservations', log);
  const arrivals = new Arrivals({
    ids: new GivenIds(settings.GATEWAY_SECRET),
    find: (ids) => findArrived(database.manager, ids),
    log,
  });
  const delivery = await startDelivery({
    service: 'reservations',
    outbox,
    handlers: arrivals.hearing(handlers),
    settings,
    retention,
    lifecycle,
    log,
  });
  const keys = await openSigningKeys(database, ticketKeys);
  const followers = startFollowers(database, delivery.broker, log);
  lifecycle.onClose('followers', () => followers.stop());
  const clock = startClock(outbox, log);
  lifecycle.onClose('clock', () => clock.stop());
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    name: 'reservations',
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext({ outbox, followers, arrivals, ticketKeys: keys }, viewer),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
