import { subgraphs } from '../../layout.ts';
import type { Subgraph } from '../../layout.ts';
import type { Databases, Invariant } from '../audit.ts';
import { fullJoin, rows } from '../rows.ts';

interface Audience {
  readonly type: string;
  readonly by: Subgraph;
  readonly to: readonly Subgraph[];
}

/**
 * Who tells what to whom. That it is true is checked too: an inbox that names a consumer which is not here is a breach.
 */
const audiences: readonly Audience[] = [
  { type: 'user.registered.v1', by: 'users', to: ['payments'] },
  { type: 'concert.created.v1', by: 'concerts', to: ['queue'] },
  { type: 'ticket.ended.v1', by: 'queue', to: ['concerts'] },
  { type: 'seats.held.v1', by: 'concerts', to: ['reservations', 'sagas'] },
  { type: 'seats.sold.v1', by: 'concerts', to: ['sagas'] },
  { type: 'seats.released.v1', by: 'concerts', to: ['sagas'] },
  { type: 'seats.sale-failed.v1', by: 'concerts', to: ['reservations', 'sagas'] },
  { type: 'reservation.created.v1', by: 'reservations', to: ['payments', 'queue', 'sagas'] },
  { type: 'reservation.confirmed.v1', by: 'reservations', to: ['concerts', 'queue', 'deliveries', 'sagas'] },
  { type: 'reservation.confirm-failed.v1', by: 'reservations', to: ['payments', 'sagas'] },
  { type: 'reservation.cancelled.v1', by: 'reservations', to: ['concerts', 'payments', 'queue', 'sagas'] },
  { type: 'reservation.expired.v1', by: 'reservations', to: ['concerts', 'payments', 'deliveries', 'sagas'] },
  { type: 'payment.completed.v1', by: 'payments', to: ['reservations', 'deliveries', 'sagas'] },
  { type: 'payment.failed.v1', by: 'payments', to: ['reservations', 'deliveries', 'sagas'] },
  { type: 'payment.refunded.v1', by: 'payments', to: ['deliveries', 'sagas'] },
  ...subgraphs.map((by): Audience => ({ type: 'consumer.dead-lettered.v1', by, to: ['sagas'] })),
  {
    type: 'saga.compensation-requested.v1',
    by: 'sagas',
    to: ['concerts', 'reservations', 'payments', 'sagas'],
  },
  { type: 'saga.replay-requested.v1', by: 'sagas', to: subgraphs },
  { type: 'dead-letter.replay-requested.v1', by: 'sagas', to: subgraphs },
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
    const left = rows<{ id: string; type: string; subject: string }>(
      databases[service],
      'SELECT id, type, subject FROM outbox WHERE published_at IS NULL ORDER BY position',
    );
    for await (const { id, type, subject } of left) {
      yield { row: `${service}: outbox row ${id}`, problem: `${type} was not published`, saga: subject };
    }
  }
}

async function* unhandled(databases: Databases) {
  const published = await bucketsOf(
    databases,
    'SELECT type AS name, id FROM outbox WHERE published_at IS NOT NULL',
  );
  const handled = await bucketsOf(databases, 'SELECT consumer AS name, event_id AS id FROM inbox');
  for (const { type, by, to } of audiences) {
    for (const [bucket, sum] of published[by].get(type) ?? []) {
      for (const service of to) {
        const consumer = consumerOf(service, type);
        if (handled[service].get(consumer)?.get(bucket) === sum) continue;
        for await (const { key, subject } of missing(databases, { type, by, service, consumer, bucket })) {
          const problem = `${type} was not handled by ${service}`;
          yield { row: `${by}: event ${key}`, problem, saga: subject };
        }
      }
    }
  }
}

/** What is known of a minute's events: their number, and a sum of them. */
type Buckets = Map<string, Map<string, string>>;

/**
 * Adds up the events of each name and minute, the first eight digits of a UUIDv7, where they are kept. Millions of them
 * are compared so; only where sums differ are the events themselves looked at.
 */
async function bucketsOf(databases: Databases, events: string): Promise<Record<Subgraph, Buckets>> {
  const all = await Promise.all(
    subgraphs.map(async (service): Promise<[Subgraph, Buckets]> => {
      const buckets: Buckets = new Map();
      const sums = rows<{ name: string; bucket: string; sum: string }>(
        databases[service],
        `SELECT name, LEFT(id, 8) AS bucket, CONCAT(COUNT(*), ' ', BIT_XOR(CRC32(id))) AS sum
         FROM (${events}) AS events GROUP BY name, bucket`,
      );
      for await (const { name, bucket, sum } of sums) {
        const ofName = buckets.get(name) ?? new Map<string, string>();
        buckets.set(name, ofName.set(bucket, sum));
      }
      return [service, buckets];
    }),
  );
  return Object.fromEntries(all) as Record<Subgraph, Buckets>;
}

interface Place {
  readonly type: string;
  readonly by: Subgraph;
  readonly service: Subgraph;
  readonly consumer: string;
  readonly bucket: string;
}

/** The events of a minute that were neither handled nor given up. */
async function* missing(databases: Databases, { type, by, service, consumer, bucket }: Place) {
  const published = rows<{ key: string; subject: string }>(
    databases[by],
    `SELECT id AS \`key\`, subject FROM outbox
     WHERE id LIKE ? AND type = ? AND published_at IS NOT NULL ORDER BY id`,
    [`${bucket}%`, type],
  );
  // A dead letter is shown to operators, and its saga put back: see the invariant before this one.
  const settled = rows<{ key: string }>(
    databases[service],
    `SELECT event_id AS \`key\` FROM inbox WHERE consumer = ? AND event_id LIKE ?
     UNION SELECT event_id FROM dead_letters WHERE consumer = ? AND event_id LIKE ? ORDER BY 1`,
    [consumer, `${bucket}%`, consumer, `${bucket}%`],
  );
  // What an inbox has beyond the outbox is older than the outbox keeps its rows.
  for await (const { left, right } of fullJoin(published, settled)) {
    if (left !== undefined && right === undefined) yield left;
  }
}

async function* unknownConsumers(databases: Databases) {
  for (const service of subgraphs) {
    const consumers = rows<{ consumer: string }>(databases[service], 'SELECT DISTINCT consumer FROM inbox');
    for await (const { consumer } of consumers) {
      const known = audiences.some(
        ({ type, to }) => to.includes(service) && consumerOf(service, type) === consumer,
      );
      if (!known)
        yield { row: `${service}: inbox of ${consumer}`, problem: 'the audit does not know this consumer' };
    }
  }
}
