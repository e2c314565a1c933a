import { Arrivals } from '@frontrow/events/arrivals';
import { startDelivery } from '@frontrow/events/delivery';
import { openService, serve } from '@frontrow/events/service';
import { run } from '@frontrow/kit/lifecycle';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { startClock } from './clock.ts';
import { createContext } from './context.ts';
import { startFollowingShows } from './follow-shows.ts';
import { startFollowers } from './followers.ts';
import { handlers } from './handlers.ts';
import { startKeepingMinutes } from './keep-minutes.ts';
import { resolvers, typeDefs } from './schema.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { findArrived } from './storage/reservations.ts';
import { retention } from './storage/retention.ts';
import { ticketKeys } from './ticket-code.ts';

run(async () => {
  const service = await openService('reservations', readSettings(subgraphSettings), { entities, migrations });
  if (service === undefined) return; // MIGRATIONS=only: the migrations have run, and nothing is served
  const { database, outbox, lifecycle, log, tracing } = service;
  const arrivals = new Arrivals({ ...service, find: (ids) => findArrived(database.manager, ids) });
  const delivery = await startDelivery({ ...service, handlers: arrivals.hearing(handlers), retention });
  const keys = await openSigningKeys(database, ticketKeys);
  const followers = startFollowers(database, delivery.broker, log, tracing);
  lifecycle.onClose('followers', () => followers.stop());
  const clock = startClock(outbox, log);
  lifecycle.onClose('clock', () => clock.stop());
  const shows = startFollowingShows(outbox, log);
  lifecycle.onClose('cancelled and moved shows', () => shows.stop());
  const minutes = startKeepingMinutes(database, log);
  lifecycle.onClose('minutes', () => minutes.stop());
  await serve(service, delivery, {
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext({ outbox, followers, arrivals, ticketKeys: keys }, viewer),
  });
});
