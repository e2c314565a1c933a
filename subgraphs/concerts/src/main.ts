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
import { handlers } from './handlers.ts';
import type { BoxOffice } from './operations/box-office.ts';
import { resolvers, typeDefs } from './schema.ts';
import { startSeatMaps } from './seat-maps.ts';
import { concertsSettings } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';

run(async () => {
  const settings = readSettings(concertsSettings);
  const log = createLogger('concerts', settings.LOG_LEVEL);
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
  const outbox = new Outbox(database, 'concerts');
  const delivery = await startDelivery({ service: 'concerts', outbox, handlers, settings, lifecycle, log });
  const seatMaps = startSeatMaps(database.manager, delivery.broker, log);
  lifecycle.onClose('seat maps', () => seatMaps.stop());
  const office: BoxOffice = {
    outbox,
    passKeys: await openKeySet(database, settings.QUEUE_JWKS_URL),
    holdSeconds: settings.HOLD_SECONDS,
  };
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(office, seatMaps, viewer),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
