import { caughtUp } from '@frontrow/events/caught-up';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import { startDelivery } from '@frontrow/events/delivery';
import { Outbox } from '@frontrow/events/outbox';
import { Attachments } from '@frontrow/kit/attachments';
import { openDatabase } from '@frontrow/kit/database';
import { watchDatabase } from '@frontrow/kit/database-watch';
import { GivenIds } from '@frontrow/kit/given-ids';
import { openKeySet } from '@frontrow/kit/key-set';
import { Lifecycle, run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { remoteRevocations } from '@frontrow/kit/revocations';
import { readSettings } from '@frontrow/kit/settings';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { tellClosedBy } from './closed-passes.ts';
import { createContext } from './context.ts';
import { createHandlers } from './handlers.ts';
import { Layouts } from './layouts.ts';
import { openBoxOffice } from './operations/box-office.ts';
import { resolvers, typeDefs } from './schema.ts';
import { startSeatMaps } from './seat-maps.ts';
import { SeatPlans } from './seat-plans.ts';
import { concertsSettings } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { retention } from './storage/retention.ts';

/** How long the service is kept from answering by tickets that ended while it was down, in ms. */
const backlogMs = 5_000;

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
  const outbox = new Outbox(database, 'concerts', log);
  let tellClosed = (_ticketId: string): void => undefined;
  const handlers = createHandlers((ticketId) => {
    tellClosed(ticketId);
  });
  const delivery = await startDelivery({
    service: 'concerts',
    outbox,
    handlers,
    settings,
    retention,
    lifecycle,
    log,
  });
  tellClosed = tellClosedBy(delivery.broker);
  const seatMaps = startSeatMaps(database.manager, delivery.broker, log);
  lifecycle.onClose('seat maps', () => seatMaps.stop());
  const office = openBoxOffice({
    outbox,
    ids: new GivenIds(settings.GATEWAY_SECRET),
    passKeys: await openKeySet(database, settings.QUEUE_JWKS_URL),
    holdSeconds: settings.HOLD_SECONDS,
  });
  // A fan who left while this service was down is told so after two seconds: their pass must open nothing after that.
  if (!(await caughtUp(delivery.broker, 'concerts', ticketEnded, backlogMs)))
    log.warn('some tickets ended meanwhile, and it is not known yet which');
  const attachments = new Attachments();
  const layouts = new Layouts(database.manager);
  const shared = { office, seatMaps, seatPlans: new SeatPlans(database.manager), layouts, attachments };
  const revoked = remoteRevocations(settings.USERS_JWKS_URL, log);
  lifecycle.onClose('revocations', () => revoked.stop());
  await startSubgraphServer({
    name: 'concerts',
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(shared, viewer),
    attachments,
    readFile: (name, encoding) => layouts.read(name, encoding),
    keys: await openKeySet(database, settings.USERS_JWKS_URL),
    revoked,
    database: watch,
    checks: delivery.checks,
    settings,
    lifecycle,
    log,
  });
});
