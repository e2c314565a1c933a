import type { EntityManager } from 'typeorm';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { consumerName } from './broker.ts';
import type { Broker } from './broker.ts';
import { isBehind } from './caught-up.ts';
import type { Outbox } from './outbox.ts';
import { askForPublished, askToPublish } from './published-events.ts';
import type { Place, Published } from './published-events.ts';
import { eventsBetween } from './routes.ts';
import { isService, services } from './services.ts';
import type { ServiceName } from './services.ts';

/** How often it compares, in ms. With events settled after 12 s, and a moment to publish and handle one, a hole lasts less than half a minute. */
const everyMs = 8_000;
/** How many pages of a producer are compared before the progress is stored. */
const pagesAtATime = 20;
/** How often the progress is stored while a producer publishes nothing, in ms of the producer's time. */
const noteEveryMs = 60_000;
/** How long no progress is read from the own database while the producer publishes nothing, in ms. A database that was restored has another. */
const trustMs = 30_000;
/** How many ids one statement looks for. */
const idsAtATime = 500;

/**
 * A stream can lose a message without a sign, for example when a bit of its file rots; no count of the broker shows it. So every
 * service asks those whose events it handles what they have published, a page at a time. It compares that with its inbox and its dead
 * letters, and has only the missing events published again. The inbox drops events that are published again without need, so only
 * a consumer that is far behind is left alone.
 *
 * One replica does this at a time. The progress is kept in the service's own database, so a database that was restored from a backup asks
 * again for what it has forgotten.
 * @param types of the events that the service handles
 */
export function startReconciling(
  outbox: Outbox,
  broker: Broker,
  types: readonly string[],
  log: Logger,
): Repeating {
  const { service } = broker;
  const tasks = (isService(service) ? services : []).flatMap((producer) => {
    const its = eventsBetween(producer, service as ServiceName).filter((type) => types.includes(type));
    return its.length > 0 ? [new Reconciliation(outbox, broker, producer, its, log)] : [];
  });
  return repeat('reconciling with those who publish', everyMs, log, async (signal) => {
    let outcome: 'more' | 'done' = 'done';
    for (const task of tasks) {
      if (signal.aborted || !broker.isConnected()) break;
      try {
        if ((await task.run()) === 'more') outcome = 'more';
      } catch (error) {
        // A producer that is down must not keep the others from being asked.
        log.warn({ reason: (error as Error).message, producer: task.producer }, 'reconciling failed');
      }
    }
    return outcome;
  });
}

/** Which events of a producer a service has had. */
class Reconciliation {
  readonly producer: ServiceName;
  readonly #outbox: Outbox;
  readonly #broker: Broker;
  readonly #types: readonly string[];
  readonly #log: Logger;
  #hasBegun = false;
  /** Nothing before this place is missing, as the database last showed; undefined while that is unknown. */
  #whole: { readonly upTo: Place; readonly knownAt: number } | undefined;

  constructor(outbox: Outbox, broker: Broker, producer: ServiceName, types: readonly string[], log: Logger) {
    this.producer = producer;
    this.#outbox = outbox;
    this.#broker = broker;
    this.#types = types;
    this.#log = log;
  }

  async run(): Promise<'more' | 'done'> {
    if (!this.#hasBegun) await this.#begin();
    this.#hasBegun = true;
    if (await this.#isQuiet()) return 'done';
    // The locks keep other replicas from doing the same; nothing else needs these rows.
    const { outcome, wholeUpTo } = await this.#outbox.transaction(async ({ manager }) => {
      let outcome: 'more' | 'done' = 'done';
      let wholeUpTo: Place | undefined;
      for (const { place, types } of await this.#lockPlaces(manager)) {
        const behind = await Promise.all(types.map((type) => isBehind(this.#broker, type)));
        const due = types.filter((_, i) => behind[i] === false);
        if (due.length === 0) continue;
        const found = await this.#compare(manager, due, place);
        if (found.outcome === 'more') outcome = 'more';
        if (found.isWhole && due.length === this.#types.length) wholeUpTo = found.place;
        const isWorthNoting = found.place.position !== 0 || found.place.at - place.at >= noteEveryMs;
        if (isWorthNoting) await this.#notePlace(manager, due, found.place);
      }
      return { outcome, wholeUpTo };
    });
    if (wholeUpTo !== undefined) this.#whole = { upTo: wholeUpTo, knownAt: performance.now() };
    return outcome;
  }

  /** Whether the producer published nothing since nothing was missing: then there is nothing to compare or to store. */
  async #isQuiet(): Promise<boolean> {
    const known = this.#whole;
    this.#whole = undefined;
    if (known === undefined || performance.now() - known.knownAt > trustMs) return false;
    const place = known.upTo;
    const { events, reached, isLast } = await askForPublished(
      this.#broker,
      this.producer,
      this.#types,
      place,
    );
    if (events.length > 0 || !isLast) return false;
    this.#whole = { ...known, upTo: reached };
    return true;
  }

  async #begin(): Promise<void> {
    await this.#outbox.database.query(
      'INSERT IGNORE INTO reconciliations (producer, type, published_at, position) VALUES ?',
      [this.#types.map((type) => [this.producer, type, new Date(0), 0])],
    );
  }

  /** Types at the same place are asked for together; a type whose consumer is sick falls behind alone. */
  async #lockPlaces(manager: EntityManager): Promise<{ place: Place; types: string[] }[]> {
    const rows = await manager.query<{ type: string; published_at: Date; position: string | number }[]>(
      `SELECT type, published_at, position FROM reconciliations
       WHERE producer = ? AND type IN (?) ORDER BY type FOR UPDATE SKIP LOCKED`,
      [this.producer, this.#types],
    );
    const groups = new Map<string, { place: Place; types: string[] }>();
    for (const { type, published_at, position } of rows) {
      const place = { at: published_at.getTime(), position: Number(position) };
      const key = JSON.stringify(place);
      const group = groups.get(key) ?? { place, types: [] };
      group.types.push(type);
      groups.set(key, group);
    }
    return [...groups.values()];
  }

  async #notePlace(manager: EntityManager, types: readonly string[], { at, position }: Place): Promise<void> {
    // A scan of this small table would pass rows that other replicas have locked.
    await manager.query(
      'UPDATE reconciliations FORCE INDEX (PRIMARY) SET published_at = ?, position = ? WHERE producer = ? AND type IN (?)',
      [new Date(at), position, this.producer, types],
    );
  }

  /** @returns the place up to which nothing is missing: events that were asked for again must have arrived before the place moves past them */
  async #compare(
    manager: EntityManager,
    types: readonly string[],
    from: Place,
  ): Promise<{ place: Place; outcome: 'more' | 'done'; isWhole: boolean }> {
    let wholeUpTo: Place | undefined;
    let place = from;
    for (let page = 0; page < pagesAtATime; page++) {
      const { events, reached, isLast } = await askForPublished(this.#broker, this.producer, types, place);
      const missing = await missingOf(manager, this.#broker.service, events);
      const [first] = missing;
      if (first !== undefined) {
        const before = events[events.indexOf(first) - 1];
        wholeUpTo ??= before === undefined ? place : { at: before.at, position: before.position };
        const about = { producer: this.producer, missing: missing.length, first };
        this.#log.warn(about, 'events have not come: they are published again');
        await askToPublish(
          this.#broker,
          this.producer,
          missing.map(({ id }) => id),
        );
      }
      place = reached;
      if (isLast) return { place: wholeUpTo ?? place, outcome: 'done', isWhole: wholeUpTo === undefined };
    }
    return { place: wholeUpTo ?? place, outcome: wholeUpTo === undefined ? 'more' : 'done', isWhole: false };
  }
}

/** The events that this service has neither handled nor given up on. */
async function missingOf(
  manager: EntityManager,
  service: string,
  events: readonly Published[],
): Promise<Published[]> {
  const byType = new Map<string, string[]>();
  for (const { id, type } of events) {
    const ids = byType.get(type);
    if (ids === undefined) byType.set(type, [id]);
    else ids.push(id);
  }
  const known = new Set<string>();
  for (const [type, ids] of byType) {
    const consumer = consumerName(service, type);
    const look = async (table: 'inbox' | 'dead_letters', some: readonly string[]) => {
      const rows = await manager.query<{ event_id: string }[]>(
        `SELECT event_id FROM ${table} WHERE consumer = ? AND event_id IN (?)`,
        [consumer, some],
      );
      for (const { event_id } of rows) known.add(event_id);
    };
    for (let start = 0; start < ids.length; start += idsAtATime) {
      const some = ids.slice(start, start + idsAtATime);
      await look('inbox', some);
      const left = some.filter((id) => !known.has(id));
      if (left.length > 0) await look('dead_letters', left);
    }
  }
  return events.filter(({ id }) => !known.has(id));
}
