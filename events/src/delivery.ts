import type { Lifecycle } from '@frontrow/kit/lifecycle';
import type { Logger } from '@frontrow/kit/log';
import type { Metrics } from '@frontrow/kit/metrics';
import { startRetention } from '@frontrow/kit/retention';
import type { Retention } from '@frontrow/kit/retention';
import type { Tracing } from '@frontrow/kit/tracing';
import { checkBroker, closeBroker, connectBroker } from './broker.ts';
import type { Broker } from './broker.ts';
import { Consumer } from './consumer.ts';
import type { Handler } from './handler.ts';
import { forgetUsers } from './forget-user.ts';
import { HandlerMetrics, measureConsumers } from './measure-delivery.ts';
import type { Outbox } from './outbox.ts';
import { answerAboutPublished } from './published-events.ts';
import { startReconciling } from './reconcile.ts';
import { Relay } from './relay.ts';
import { replayDeadLetters } from './replay-dead-letters.ts';
import { replayEvents } from './replay-events.ts';
import { eventRetention } from './retention.ts';
import { checkRoute } from './routes.ts';

export interface DeliveryOptions {
  /** The service's. */
  readonly name: string;
  readonly outbox: Outbox;
  readonly handlers: readonly Handler[];
  readonly settings: {
    readonly NATS_URL: string[];
    readonly NATS_PASSWORD?: string | undefined;
    readonly NATS_CA_FILE?: string | undefined;
    readonly NATS_REPLICAS: number;
  };
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  /** In a rush, how long events may wait for more of their kind, in ms: see the consumer's `gapMs`. */
  readonly gapMs?: number;
  /** What is deleted from the service's own tables, and when. */
  readonly retention?: readonly Retention[];
  readonly metrics?: Metrics | undefined;
  readonly tracing?: Tracing | undefined;
}

export interface Delivery {
  readonly broker: Broker;
  /** For `/readyz`. */
  readonly checks: { broker: () => Promise<void>; relay: () => Promise<void> };
}

/**
 * Starts to publish the service's events and to handle those of others. Both stop with the process.
 * @throws when the table of routes does not let the service handle an event that it has a handler for
 */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { name: service, outbox, handlers, settings, lifecycle, log, gapMs = 0, retention = [] } = options;
  const { metrics, tracing } = options;
  const all = handlersOf(service, handlers);
  for (const { contract } of all) checkRoute(service, 'handle', contract.type);
  const broker = await connectBroker({
    urls: settings.NATS_URL,
    service,
    password: settings.NATS_PASSWORD,
    ca: settings.NATS_CA_FILE,
    replicas: settings.NATS_REPLICAS,
    log,
  });
  lifecycle.onClose('broker', () => closeBroker(broker));
  // The relay stops after the consumers: it publishes what their last batches emitted.
  const relay = new Relay(outbox, broker, log);
  lifecycle.onClose('relay', () => relay.stop());
  const keeping = startRetention(outbox.database, log, [...eventRetention, ...retention]);
  lifecycle.onClose('retention', () => keeping.stop());
  const consumer = new Consumer(service, all, outbox, broker, log, {
    gapMs,
    metrics: metrics && new HandlerMetrics(metrics),
    tracing,
  });
  lifecycle.onClose('consumer', () => consumer.stop());
  answerAboutPublished(outbox, broker, log);
  const types = all.map(({ contract }) => contract.type);
  if (metrics) measureConsumers(broker, types, metrics);
  const reconciling = startReconciling(outbox, broker, types, log);
  lifecycle.onClose('reconciling', () => reconciling.stop());
  return { broker, checks: { broker: () => checkBroker(broker), relay: () => relay.check() } };
}

/** A service's own handlers, and what every service does about a replay or a deleted user. */
export function handlersOf(service: string, handlers: readonly Handler[]): Handler[] {
  const all = oneForEachType([...handlers, forgetUsers, replayEvents]);
  return [...all, replayDeadLetters(service, all)];
}

function oneForEachType(handlers: readonly Handler[]): Handler[] {
  const all = new Map<string, Handler>();
  for (const one of handlers) {
    const { contract, handle } = one;
    const before = all.get(contract.type);
    all.set(contract.type, before === undefined ? one : { contract, handle: inTurn(before.handle, handle) });
  }
  return [...all.values()];
}

const inTurn =
  (first: Handler['handle'], second: Handler['handle']): Handler['handle'] =>
  async (tx, events) => {
    await first(tx, events);
    await second(tx, events);
  };
