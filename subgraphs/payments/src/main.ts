import { Arrivals } from '@frontrow/events/arrivals';
import { startDelivery } from '@frontrow/events/delivery';
import { openService, serve } from '@frontrow/events/service';
import { run } from '@frontrow/kit/lifecycle';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { createContext } from './context.ts';
import { handlers } from './handlers.ts';
import { createTill } from './operations/till.ts';
import { resolvers, typeDefs } from './schema.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { findArrived } from './storage/payables.ts';

run(async () => {
  const service = await openService('payments', readSettings(subgraphSettings), { entities, migrations });
  if (service === undefined) return; // MIGRATIONS=only: the migrations have run, and nothing is served
  const { database, outbox } = service;
  const arrivals = new Arrivals({ ...service, find: (ids) => findArrived(database.manager, ids) });
  const delivery = await startDelivery({ ...service, handlers: arrivals.hearing(handlers) });
  const till = createTill(outbox);
  await serve(service, delivery, {
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext({ outbox, arrivals, till }, viewer),
  });
});
