import { consumerName } from '@frontrow/events/consumer';
import { Arrivals } from '@frontrow/events/arrivals';
import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { openDatabase, untilItAnswers } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import { GivenIds } from '@frontrow/kit/given-ids';
import { openKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { remoteRevocations } from '@frontrow/kit/revocations';
import { readSettings } from '@frontrow/kit/settings';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { createContext } from './context.ts';
import type { Patience } from './domain/next-move.ts';
import { createHandlers } from './handlers.ts';
import { rebuildLogIfEmpty } from './operations/rebuild-log.ts';
import { resolvers, typeDefs } from './schema.ts';
import { sagasSettings } from './settings.ts';
import { migrations } from './storage/migrations.ts';
import { startWatch } from './watch.ts';
import { findArrived } from './storage/sagas.ts';

run(async () => {
  const settings = readSettings(sagasSettings);
  const log = createLogger('sagas', settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log);
  const database = await openDatabase({
    url: settings.DATABASE_URL,
    ca: settings.DATABASE_CA_FILE,
    connections: settings.DATABASE_CONNECTIONS,
    entities: [],
    migrations,
    log,
  });
  lifecycle.onClose('database', () => database.destroy());
  const databaseWatch = watchDatabase(database, settings, log);
  lifecycle.onClose('database watch', () => databaseWatch.stop());
  const outbox = new Outbox(database, 'sagas', log);
  const patience: Patience = {
    replayAfterMs: settings.REPLAY_AFTER_SECONDS * 1_000,
    compensateAfterMs: settings.COMPENSATE_AFTER_SECONDS * 1_000,
  };
  const handlers = createHandlers(patience);
  const consumers = handlers.map(({ contract }) => consumerName('sagas', contract.type));
  // Before anything is handled: what the consumers forget here, they must not be handling.
  const isRebuilt = await untilItAnswers(log, () => rebuildLogIfEmpty(outbox, consumers));
  if (isRebuilt) log.info('the log is empty; everybody is asked for it');
  const arrivals = new Arrivals({
    ids: new GivenIds(settings.GATEWAY_SECRET),
    find: (ids) => findArrived(database.manager, ids),
    log,
  });
  const delivery = await startDelivery({
    service: 'sagas',
    outbox,
    handlers: arrivals.hearing(handlers),
    // No step of a purchase waits for the log.
    gapMs: 200,
    settings,
    lifecycle,
    log,
  });
  const watch = startWatch(outbox, patience, delivery.broker.isConnected, log);
  lifecycle.onClose('watch', () => watch.stop());
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    name: 'sagas',
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext({ outbox, arrivals }, viewer),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    database: databaseWatch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
