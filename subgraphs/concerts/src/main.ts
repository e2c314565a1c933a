import { caughtUp } from '@frontrow/events/caught-up';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import { startDelivery } from '@frontrow/events/delivery';
import { openService, serve } from '@frontrow/events/service';
import { Attachments } from '@frontrow/kit/attachments';
import { openKeySet } from '@frontrow/kit/key-set';
import { run } from '@frontrow/kit/lifecycle';
import { startKeepingGauges } from '@frontrow/kit/minutes';
import { readSettings } from '@frontrow/kit/settings';
import { tellClosedBy } from './closed-passes.ts';
import { startConcertFollowers } from './concert-followers.ts';
import { createContext } from './context.ts';
import { createHandlers } from './handlers.ts';
import { Layouts } from './layouts.ts';
import { createSaleDependencies } from './operations/sale-dependencies.ts';
import { resolvers, typeDefs } from './schema.ts';
import { startSeatMaps } from './seat-maps.ts';
import { SeatPlans } from './seat-plans.ts';
import { concertsSettings } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { retention } from './storage/retention.ts';
import { keepScheduleMinutes } from './storage/schedule-minutes.ts';

/** How long the start of the service may wait for news of tickets that ended while it was down, in ms. */
const backlogMs = 5_000;

run(async () => {
  const settings = readSettings(concertsSettings);
  const service = await openService('concerts', settings, { entities, migrations });
  if (service === undefined) return; // MIGRATIONS=only: the migrations have run, and nothing is served
  const { database, outbox, ids, lifecycle, log } = service;
  let tellClosed = (_ticketId: string): void => undefined;
  const handlers = createHandlers((ticketId) => {
    tellClosed(ticketId);
  });
  const delivery = await startDelivery({ ...service, handlers, retention });
  tellClosed = tellClosedBy(delivery.broker);
  const seatMaps = startSeatMaps(database.manager, delivery.broker, log);
  lifecycle.onClose('seat maps', () => seatMaps.stop());
  const concertFollowers = startConcertFollowers(database.manager, delivery.broker, log);
  lifecycle.onClose('followers of concerts', () => concertFollowers.stop());
  const minutes = startKeepingGauges('keeping what schedules are like', log, (kept, now) =>
    keepScheduleMinutes(database.manager, kept, now),
  );
  lifecycle.onClose('minutes', () => minutes.stop());
  const passKeys = await openKeySet(database, settings.QUEUE_JWKS_URL);
  const saleDeps = createSaleDependencies({ outbox, ids, passKeys, holdSeconds: settings.HOLD_SECONDS });
  // `leaveQueue` waits at most two seconds for this service. So fans may have got their answer while it was down, and it must know which
  // tickets have ended before it sells.
  if (!(await caughtUp(delivery.broker, 'concerts', ticketEnded, backlogMs)))
    log.warn('some tickets ended while this service was down, and it does not know yet which');
  const attachments = new Attachments();
  const layouts = new Layouts(database.manager);
  const seatPlans = new SeatPlans(database.manager);
  const shared = { saleDeps, seatMaps, concertFollowers, seatPlans, layouts, attachments };
  await serve(service, delivery, {
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(shared, viewer),
    attachments,
    readFile: (name, encoding) => layouts.read(name, encoding),
  });
});
