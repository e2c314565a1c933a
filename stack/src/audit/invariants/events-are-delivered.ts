import { subgraphs } from '../../layout.ts';
import type { Subgraph } from '../../layout.ts';
import type { Databases, Invariant } from '../audit.ts';
import { fullJoin, rows } from '../rows.ts';

/**
 * Who tells what to whom, besides the services that are not built yet. That it is true is checked too: an inbox
 * that names a consumer which is not here is a breach.
 */
const deliveries: readonly {
  readonly type: string;
  readonly by: Subgraph;
  readonly to: readonly Subgraph[];
}[] = [
  { type: 'user.registered.v1', by: 'users', to: ['payments'] },
  { type: 'concert.created.v1', by: 'concerts', to: ['queue'] },
  { type: 'ticket.ended.v1', by: 'queue', to: ['concerts'] },
  { type: 'seats.held.v1', by: 'concerts', to: ['reservations'] },
  { type: 'seats.sale-failed.v1', by: 'concerts', to: ['reservations'] },
  { type: 'reservation.created.v1', by: 'reservations', to: ['payments', 'queue'] },
  { type: 'reservation.confirmed.v1', by: 'reservations', to: ['concerts', 'queue'] },
  { type: 'reservation.confirm-failed.v1', by: 'reservations', to: ['payments'] },
  { type: 'reservation.cancelled.v1', by: 'reservations', to: ['concerts', 'payments', 'queue'] },
  { type: 'reservation.expired.v1', by: 'reservations', to: ['concerts', 'payments'] },
  { type: 'payment.completed.v1', by: 'payments', to: ['reservations'] },
  { type: 'payment.failed.v1', by: 'payments', to: ['reservations'] },
];

const consumerOf = (service: Subgraph, type: string) => `${service}-on-${type.replaceAll('.', '-')}`;

export const eventsAreDelivered: Invariant = {
  number: 6,
  claim: 'Every outbox row is published; every published event was handled once by each of its consumers',
  async *breaches(databases) {
    yield* unpublished(databases);
    yield* unhandled(databases);
    yield* unknownConsumers(databases);
  },
};

async function* unpublished(databases: Databases) {
  for (const service of subgraphs) {
    const left = rows<{ id: string; type: string }>(
      databases[service],
      'SELECT id, type FROM outbox WHERE published_at IS NULL ORDER BY position',
    );
    for await (const { id, type } of left) {
      yield { row: `${service}: outbox row ${id}`, problem: `${type} was not published` };
    }
  }
}

async function* unhandled(databases: Databases) {
  for (const { type, by, to } of deliveries) {
    for (const service of to) {
      const published = rows<{ key: string }>(
        databases[by],
        'SELECT id AS `key` FROM outbox WHERE type = ? AND published_at IS NOT NULL ORDER BY id',
        [type],
      );
      const handled = rows<{ key: string }>(
        databases[service],
        'SELECT event_id AS `key` FROM inbox WHERE consumer = ? ORDER BY event_id',
        [consumerOf(service, type)],
      );
      // What an inbox has beyond the outbox is older than the outbox keeps its rows.
      for await (const { key, right } of fullJoin(published, handled)) {
        if (right !== undefined) continue;
        yield { row: `${by}: event ${key}`, problem: `${type} was not handled by ${service}` };
      }
    }
  }
}

async function* unknownConsumers(databases: Databases) {
  for (const service of subgraphs) {
    const consumers = rows<{ consumer: string }>(databases[service], 'SELECT DISTINCT consumer FROM inbox');
    for await (const { consumer } of consumers) {
      const known = deliveries.some(
        ({ type, to }) => to.includes(service) && consumerOf(service, type) === consumer,
      );
      if (!known)
        yield { row: `${service}: inbox of ${consumer}`, problem: 'the audit does not know this consumer' };
    }
  }
}
