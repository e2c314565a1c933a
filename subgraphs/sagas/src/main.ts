import { Arrivals } from '@frontrow/events/arrivals';
import { consumerName } from '@frontrow/events/broker';
import { startDelivery } from '@frontrow/events/delivery';
import { openService, serve } from '@frontrow/events/service';
import { untilItAnswers } from '@frontrow/kit/database';
import { run } from '@frontrow/kit/lifecycle';
import { readSettings } from '@frontrow/kit/settings';
import { createContext } from './context.ts';
import type { Patience } from './domain/next-move.ts';
import { createHandlers } from './handlers.ts';
import { measureSagas } from './measure-sagas.ts';
import { rebuildLogIfEmpty } from './operations/rebuild-log.ts';
import { resolvers, typeDefs } from './schema.ts';
import { sagasSettings } from './settings.ts';
import { migrations } from './storage/migrations.ts';
import { findArrived } from './storage/sagas.ts';
import { startWatch } from './watch.ts';

run(async () => {
  const settings = readSettings(sagasSettings);
  const service = await openService('sagas', settings, { entities: [], migrations });
  if (service === undefined) return; // MIGRATIONS=only: the migrations have run, and nothing is served
  const { database, outbox, lifecycle, log, metrics } = service;
  if (metrics) measureSagas(database.manager, metrics);
  const patience: Patience = {
    replayAfterMs: settings.REPLAY_AFTER_SECONDS * 1_000,
    compensateAfterMs: settings.COMPENSATE_AFTER_SECONDS * 1_000,
  };
  const handlers = createHandlers(patience);
  const consumers = handlers.map(({ contract }) => consumerName('sagas', contract.type));
  // This must come first, because consumers must not be handling what they are made to forget here.
  const isRebuilt = await untilItAnswers(log, () => rebuildLogIfEmpty(outbox, consumers));
  if (isRebuilt)
    log.info('the log of purchases is empty: all services are asked to publish their retained events again');
  const arrivals = new Arrivals({ ...service, find: (ids) => findArrived(database.manager, ids) });
  // No step of a purchase waits for the log.
  const delivery = await startDelivery({ ...service, handlers: arrivals.hearing(handlers), gapMs: 200 });
  const watch = startWatch(outbox, patience, delivery.broker.isConnected, log);
  lifecycle.onClose('watch', () => watch.stop());
  await serve(service, delivery, {
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext({ outbox, arrivals, patience }, viewer),
  });
});
