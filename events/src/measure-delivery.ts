import type { EntityManager } from 'typeorm';
import type { Metrics } from '@frontrow/kit/metrics';
import { consumerName } from './broker.ts';
import type { Broker } from './broker.ts';
import { findConsumer } from './durables.ts';
import type { Arrival } from './inbox.ts';

/** How many rows of the outbox are counted at most; a larger number would cost a scrape more than it is worth. */
const mostCounted = 10_000;

/** Measures how many events of a service wait to be published, and for how long. */
export function measureOutbox(manager: EntityManager, metrics: Metrics): void {
  metrics.gauges(['frontrow_outbox_events', 'frontrow_outbox_oldest_seconds'], async () => {
    const [row] = await manager.query<{ waiting: string | number; oldest: Date | null }[]>(
      `SELECT (SELECT COUNT(*) FROM (SELECT position FROM outbox FORCE INDEX (outbox_unpublished)
                 WHERE published_at IS NULL LIMIT ${String(mostCounted)}) AS counted) AS waiting,
              (SELECT created_at FROM outbox FORCE INDEX (outbox_unpublished)
                 WHERE published_at IS NULL ORDER BY position LIMIT 1) AS oldest`,
    );
    const oldest = row?.oldest ?? null;
    return [
      ['frontrow_outbox_events', Number(row?.waiting)],
      ['frontrow_outbox_oldest_seconds', oldest === null ? 0 : (Date.now() - oldest.getTime()) / 1_000],
    ];
  });
}

/** Measures whether the broker is there, and the backlog of each consumer of a service. */
export function measureConsumers(broker: Broker, types: readonly string[], metrics: Metrics): void {
  const names = [broker.service, ...types.map((type) => consumerName(broker.service, type))];
  metrics.gauges(['frontrow_broker_up'], () => [['frontrow_broker_up', broker.isConnected() ? 1 : 0]], {
    keptMs: 0,
  });
  metrics.gauges(['frontrow_consumer_pending'], async () => {
    if (!broker.isConnected()) throw new Error('there is no connection to the broker');
    const found = await Promise.all(names.map((name) => findConsumer(broker.manager, name)));
    return found.flatMap((info) =>
      info === undefined
        ? []
        : [['frontrow_consumer_pending', info.num_pending + info.num_ack_pending, info.name] as const],
    );
  });
}

/** Counts what happens to events in their handlers, by type. */
export class HandlerMetrics {
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /**
   * A transaction has committed.
   * @param fresh those of the events that had not been handled before
   */
  handled(received: readonly Arrival[], fresh: readonly Arrival[], beganAt: number): void {
    const seconds = (performance.now() - beganAt) / 1_000;
    const now = Date.now();
    for (const { event } of fresh) {
      this.#duration(event.type, 'handled', seconds);
      this.#metrics.histogram(
        'frontrow_event_delay_seconds',
        event.type,
      )((now - Date.parse(event.time)) / 1_000);
    }
    if (fresh.length === received.length) return;
    const isFresh = new Set(fresh);
    for (const arrival of received) {
      if (!isFresh.has(arrival))
        this.#metrics.counter('frontrow_event_duplicates_total', arrival.event.type)();
    }
  }

  /** One event could not be handled, alone. */
  failed({ event }: Arrival, beganAt: number): void {
    this.#duration(event.type, 'failed', (performance.now() - beganAt) / 1_000);
  }

  deadLettered(type: string): void {
    this.#metrics.counter('frontrow_dead_letters_total', type)();
  }

  #duration(type: string, outcome: string, seconds: number): void {
    this.#metrics.histogram('frontrow_event_duration_seconds', type, outcome)(seconds);
  }
}
