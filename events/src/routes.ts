import type { EventType } from './contracts/all.ts';
import { purchaseEvents } from './purchase.ts';
import type { PurchaseEventType } from './purchase.ts';
import { isService, services } from './services.ts';
import type { ServiceName } from './services.ts';

interface Route {
  readonly publishedBy: readonly ServiceName[];
  readonly handledBy: readonly ServiceName[];
}

/**
 * Who publishes each type of event, and who handles it. `npm run accounts` makes the broker's accounts from this table, and the broker
 * refuses everything else. The services check it too, when they start and when they emit.
 */
export const routes: Readonly<Record<EventType, Route>> = {
  'user.registered.v1': { publishedBy: ['users'], handledBy: ['payments', 'deliveries'] },
  'user.link-requested.v1': { publishedBy: ['users'], handledBy: ['deliveries'] },
  'user.deleted.v1': { publishedBy: ['users'], handledBy: services },
  'operator.acted.v1': {
    publishedBy: ['users', 'queue', 'concerts', 'reservations', 'payments', 'sagas', 'deliveries'],
    handledBy: ['users'],
  },
  'concert.created.v1': { publishedBy: ['concerts'], handledBy: ['queue'] },
  'concert.changed.v1': { publishedBy: ['concerts'], handledBy: ['queue'] },
  'schedule.moved.v1': { publishedBy: ['concerts'], handledBy: ['reservations'] },
  'reservation.moved.v1': { publishedBy: ['reservations'], handledBy: ['deliveries'] },
  'schedule.cancelled.v1': { publishedBy: ['concerts'], handledBy: ['queue', 'reservations'] },
  'ticket.admitted.v1': { publishedBy: ['queue'], handledBy: [] },
  'ticket.ended.v1': { publishedBy: ['queue'], handledBy: ['concerts'] },
  ...routesOfPurchase(),
  'seats.kept-back.v1': { publishedBy: ['concerts'], handledBy: [] },
  'seats.given-free.v1': { publishedBy: ['concerts'], handledBy: [] },
  'saga.replay-requested.v1': { publishedBy: ['sagas'], handledBy: services },
  'saga.compensation-requested.v1': {
    publishedBy: ['sagas'],
    // Every service with a part in a purchase undoes that part.
    handledBy: [...new Set([...purchaseEvents.map(({ by }) => by), 'sagas' as const])],
  },
  'dead-letter.replay-requested.v1': { publishedBy: ['sagas'], handledBy: services },
  'consumer.dead-lettered.v1': { publishedBy: services, handledBy: ['sagas'] },
};

/** The routes of the events of a purchase; sagas logs all of them. */
function routesOfPurchase(): Record<PurchaseEventType, Route> {
  const routes = purchaseEvents.map(({ type, by, handledBy }): [string, Route] => [
    type,
    { publishedBy: [by], handledBy: [...handledBy, 'sagas'] },
  ]);
  return Object.fromEntries(routes) as Record<PurchaseEventType, Route>;
}

/**
 * What a service tells others on core NATS, under a subject that begins with its name. Nobody keeps these messages, so they must be
 * worthless later.
 */
const news: Readonly<Record<string, { readonly heardBy: readonly ServiceName[] }>> = {
  'concerts.pass-closed': { heardBy: ['queue'] },
};

export const newsHeardBy = (service: ServiceName): string[] =>
  Object.keys(news).filter((subject) => news[subject]?.heardBy.includes(service));

const typesWhere = (fits: (route: Route) => boolean): EventType[] =>
  (Object.keys(routes) as EventType[]).filter((type) => fits(routes[type]));

export const publishedBy = (service: ServiceName): EventType[] =>
  typesWhere((route) => route.publishedBy.includes(service));

export const handledBy = (service: ServiceName): EventType[] =>
  typesWhere((route) => route.handledBy.includes(service));

/** The types that `publisher` publishes and `consumer` handles. */
export const eventsBetween = (publisher: ServiceName, consumer: ServiceName): EventType[] =>
  typesWhere(({ publishedBy, handledBy }) => publishedBy.includes(publisher) && handledBy.includes(consumer));

/** What a service may listen to as it passes: what it handles, and what nobody but its own replicas publishes. */
export const overheardBy = (service: ServiceName): EventType[] =>
  typesWhere(
    ({ handledBy, publishedBy }) =>
      handledBy.includes(service) || publishedBy.every((publisher) => publisher === service),
  );

/**
 * Names a mistake before the broker refuses what follows from it. Names that are of no service, as tests have, may do all.
 * @throws when the table of routes does not let `service` publish, handle or overhear this type
 */
export function checkRoute(service: string, does: 'publish' | 'handle' | 'overhear', type: string): void {
  if (!isService(service)) return;
  const allowed = { publish: publishedBy, handle: handledBy, overhear: overheardBy }[does](service);
  if ((allowed as string[]).includes(type)) return;
  throw new Error(
    `${service} may not ${does} ${type}: events/src/routes.ts does not say that it does. Add it there, then: npm run accounts`,
  );
}
