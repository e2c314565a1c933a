import { retentionMs } from '@frontrow/events/broker';
import { routes } from '@frontrow/events/routes';
import { subgraphs } from '@frontrow/stack/layout';
import type { Subgraph } from '@frontrow/stack/layout';
import { consumerOf, expectedConsumers } from '../expected-consumers.ts';
import type { Databases, Invariant } from '../invariant.ts';
import { fullJoin, rows } from '../rows.ts';

export const eventsAreDelivered: Invariant = {
  number: 6,
  claim:
    'Every outbox row is published; every published event was handled once by each of its consumers, and no other was',
  async *breaches(databases, now) {
    yield* unpublished(databases);
    const oldest = oldestRemembered(now);
    const published = await sumsOf(
      databases,
      () => `SELECT type AS name, ${minuteOf('id')} AS minute, ${sum('id')} AS sum
        FROM outbox WHERE published_at IS NOT NULL GROUP BY name, minute`,
    );
    const handled = await sumsOf(databases, (service) => handledBy(service, oldestOf(published, oldest)));
    yield* unhandled(databases, published, handled);
    yield* neverPublished(databases, published, handled, oldest);
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

type SumsOfAll = Readonly<Record<Subgraph, Sums>>;

async function* unhandled(databases: Databases, published: SumsOfAll, handled: SumsOfAll) {
  for (const { type, by, to } of expectedConsumers) {
    for (const [minute, sum] of published[by].get(type) ?? []) {
      for (const service of to) {
        const consumer = consumerOf(service, type);
        if (handled[service].get(consumer)?.get(minute) === sum) continue;
        for await (const { key, subject } of missing(databases, { type, by, service, consumer, minute })) {
          const problem = `${type} was not handled by ${service}`;
          yield { row: `${by}: event ${key}`, problem, saga: subject };
        }
      }
    }
  }
}

/*
 * The events of one type and minute are added up on their servers. Millions of events are compared in this way, and the events
 * themselves are read only if sums differ. Ids are random, so their checksums do not cancel each other out.
 */
type Sums = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The first eight digits of a UUIDv7. */
const minuteOf = (id: string) => `LEFT(${id}, 8)`;
// In MySQL, the result of BIT_XOR is bytes, and so would be a text that contains it.
const sum = (id: string) => `CONCAT(COUNT(*), ' ', CAST(BIT_XOR(CRC32(${id})) AS UNSIGNED))`;

/** Inboxes keep events for longer than outboxes. */
const oldestOf = (published: SumsOfAll, remembered: string) =>
  Object.values(published)
    .flatMap((sums) => [...sums.values()].flatMap((minutes) => [...minutes.keys()]))
    .reduce((oldest, minute) => (minute < oldest ? minute : oldest), remembered);

/** One query for each consumer, because each is a range of the primary key; grouping by the name as well takes twice as long. */
const handledBy = (service: Subgraph, oldest: string) => {
  const types = expectedConsumers.filter(({ to }) => to.includes(service)).map(({ type }) => type);
  return [...new Set(types)]
    .map((type) => consumerOf(service, type))
    .map(
      (name) => `SELECT '${name}' AS name, ${minuteOf('event_id')} AS minute, ${sum('event_id')} AS sum
        FROM inbox WHERE consumer = '${name}' AND event_id >= '${oldest}' GROUP BY minute`,
    )
    .join(' UNION ALL ');
};

async function sumsOf(
  databases: Databases,
  query: (service: Subgraph) => string,
): Promise<Record<Subgraph, Sums>> {
  const all = await Promise.all(
    subgraphs.map(async (service): Promise<[Subgraph, Sums]> => {
      const sums = new Map<string, Map<string, string>>();
      const found = rows<{ name: string; minute: string; sum: string }>(databases[service], query(service));
      for await (const { name, minute, sum } of found) {
        sums.set(name, (sums.get(name) ?? new Map<string, string>()).set(minute, sum));
      }
      return [service, sums];
    }),
  );
  return Object.fromEntries(all) as Record<Subgraph, Sums>;
}

interface Place {
  readonly type: string;
  readonly by: Subgraph;
  readonly service: Subgraph;
  readonly consumer: string;
  readonly minute: string;
}

/** The events of a minute that were neither handled nor given up. */
async function* missing(databases: Databases, { type, by, service, consumer, minute }: Place) {
  const published = rows<{ key: string; subject: string }>(
    databases[by],
    `SELECT id AS \`key\`, subject FROM outbox
     WHERE id LIKE ? AND type = ? AND published_at IS NOT NULL ORDER BY id`,
    [`${minute}%`, type],
  );
  // A dead letter is shown to operators and its saga compensated: see the invariant before this one.
  const settled = rows<{ key: string }>(
    databases[service],
    `SELECT event_id AS \`key\` FROM inbox WHERE consumer = ? AND event_id LIKE ?
     UNION SELECT event_id FROM dead_letters WHERE consumer = ? AND event_id LIKE ? ORDER BY 1`,
    [consumer, `${minute}%`, consumer, `${minute}%`],
  );
  // An event that is only in the inbox is older than what the outbox keeps, or named by `neverPublished`.
  for await (const { left, right } of fullJoin(published, settled)) {
    if (left !== undefined && right === undefined) yield left;
  }
}

/**
 * The first minute whose events must all be in outboxes still. An outbox keeps an event for longer than this after it was emitted; the
 * hour is for clocks that differ.
 */
function oldestRemembered(now: Date): string {
  const ms = now.getTime() - retentionMs + 60 * 60 * 1_000;
  return Math.ceil(ms / 0x1_0000)
    .toString(16)
    .padStart(8, '0');
}

/** The events that a consumer has handled, but that no publisher of their type has in its outbox: a publisher's database has lost them. */
async function* neverPublished(
  databases: Databases,
  published: SumsOfAll,
  handled: SumsOfAll,
  oldest: string,
) {
  for (const [type, { publishedBy, handledBy }] of Object.entries(routes)) {
    for (const service of handledBy) {
      const consumer = consumerOf(service, type);
      for (const [minute, sum] of handled[service].get(consumer) ?? []) {
        if (minute < oldest) continue;
        if (sum === total(publishedBy.map((by) => published[by].get(type)?.get(minute)))) continue;
        for (const id of await unknownTo(databases, publishedBy, { type, service, consumer, minute })) {
          const problem = `${type} was handled, but never published by ${publishedBy.join(', ')}`;
          yield { row: `${service}: inbox row ${id}`, problem };
        }
      }
    }
  }
}

/** The sum of all events that have been added up in parts. */
function total(parts: readonly (string | undefined)[]): string {
  let [count, checksum] = [0, 0];
  for (const part of parts) {
    const [more = 0, other = 0] = part?.split(' ').map(Number) ?? [];
    count += more;
    checksum ^= other;
  }
  return `${count} ${checksum >>> 0}`;
}

/** The inbox is read first: an event is in an outbox before anybody can handle it, so one that comes meanwhile is not named. */
async function unknownTo(
  databases: Databases,
  publishedBy: readonly Subgraph[],
  { type, service, consumer, minute }: Omit<Place, 'by'>,
): Promise<Set<string>> {
  const ids = new Set<string>();
  const handled = rows<{ id: string }>(
    databases[service],
    'SELECT event_id AS id FROM inbox WHERE consumer = ? AND event_id LIKE ?',
    [consumer, `${minute}%`],
  );
  for await (const { id } of handled) ids.add(id);
  for (const by of publishedBy) {
    const known = rows<{ id: string }>(databases[by], 'SELECT id FROM outbox WHERE id LIKE ? AND type = ?', [
      `${minute}%`,
      type,
    ]);
    for await (const { id } of known) ids.delete(id);
  }
  return ids;
}

async function* unknownConsumers(databases: Databases) {
  for (const service of subgraphs) {
    const consumers = rows<{ consumer: string }>(databases[service], 'SELECT DISTINCT consumer FROM inbox');
    for await (const { consumer } of consumers) {
      const known = expectedConsumers.some(
        ({ type, to }) => to.includes(service) && consumerOf(service, type) === consumer,
      );
      if (!known)
        yield { row: `${service}: inbox of ${consumer}`, problem: 'the audit does not know this consumer' };
    }
  }
}
