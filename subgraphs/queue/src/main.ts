import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { openDatabase } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import { openKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { remoteRevocations } from '@frontrow/kit/revocations';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { createContext, createQueue } from './context.ts';
import { handlers } from './handlers.ts';
import { startLines } from './lines.ts';
import { startLive } from './live/start-live.ts';
import { resolvers, typeDefs } from './schema.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';

run(async () => {
  const settings = readSettings(subgraphSettings);
  const log = createLogger('queue', settings.LOG_LEVEL);
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
  const outbox = new Outbox(database, 'queue');
  const delivery = await startDelivery({ service: 'queue', outbox, handlers, settings, lifecycle, log });
  const live = await startLive(outbox, delivery.broker, log);
  lifecycle.onClose('live positions', () => live.stop());
  const lines = startLines(live.lobby, log);
  lifecycle.onClose('lines', () => lines.stop());
  const passKeys = await openSigningKeys(database, 'admission-passes');
  const queue = createQueue(live, passKeys, () => {
    lines.wake();
  });
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(queue, viewer),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    jwks: passKeys.jwks,
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
