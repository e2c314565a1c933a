import { startDelivery } from '@frontrow/events/delivery';
import { openService, serve } from '@frontrow/events/service';
import { run } from '@frontrow/kit/lifecycle';
import { readSettings } from '@frontrow/kit/settings';
import { createContext } from './context.ts';
import { handlersFor } from './handlers.ts';
import { measureCircuits } from './measure-circuits.ts';
import { resolvers, typeDefs } from './schema.ts';
import { deliveriesSettings, destinations } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { retention } from './storage/retention.ts';
import { startTargets } from './targets.ts';

run(async () => {
  const settings = readSettings(deliveriesSettings);
  const on = destinations(settings);
  const service = await openService('deliveries', settings, { entities, migrations });
  if (service === undefined) return; // MIGRATIONS=only: the migrations have run, and nothing is served
  const { database, outbox, lifecycle, log, metrics } = service;
  if (metrics) measureCircuits(database.manager, [...on.keys()], metrics);
  const targets = startTargets(on, database, settings, log);
  lifecycle.onClose('targets', () => targets.stop());
  const { schedule, wake } = targets;
  const handlers = handlersFor({ targets: new Set(on.keys()), schedule, wake });
  // Nobody waits to be told a fifth of a second sooner.
  const delivery = await startDelivery({ ...service, handlers, retention, gapMs: 200 });
  const deliveries = { outbox, targets: [...on.keys()], schedule, wake };
  await serve(service, delivery, {
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(deliveries, viewer),
  });
});
