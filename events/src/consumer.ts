import { AckPolicy, ConsumerEvents, DeliverPolicy, Events, nanos } from 'nats';
import type { ConsumerMessages, JsMsg, QueuedIterator, Status, Subscription } from 'nats';
import type { Logger } from '@frontrow/kit/log';
import { inTrace } from '@frontrow/kit/trace';
import { BatchHandler } from './batch-handler.ts';
import { allPartitionsOf, consumerName, ensureStream, streamName, untilItWorks } from './broker.ts';
import type { Broker } from './broker.ts';
import type { EventContract, EventEnvelope, EventOf } from './contract.ts';
import type { Outbox, Transaction } from './outbox.ts';

/** What a service does about events of one type, inside the transaction that also notes that it was done. */
export interface Handler {
  readonly contract: EventContract;
  /** Takes events that were not handled before, each once. When it throws, each of them is handled alone. */
  readonly handle: (tx: Transaction, events: readonly EventEnvelope[]) => Promise<void>;
}

/** Ties a handler to its contract, so that the events it gets are typed and have been validated. They come one after the other. */
export const handler = <Contract extends EventContract>(
  contract: Contract,
  handle: (tx: Transaction, event: EventOf<Contract>) => Promise<void>,
): Handler => ({
  contract,
  handle: async (tx, events) => {
    for (const event of events) {
      await inTrace(event.traceparent, () => handle(tx, event as EventOf<Contract>));
    }
  },
});

/**
 * Ties a handler of many events at once to their contract: it loads what all of them are about, decides about one after the other,
 * and stores all. What it emits because of one of them it emits within `inTrace` of that one.
 */
export const batchHandler = <Contract extends EventContract>(
  contract: Contract,
  handle: (tx: Transaction, events: readonly EventOf<Contract>[]) => Promise<void>,
): Handler => ({ contract, handle: handle as Handler['handle'] });

export { consumerName };

/** How many messages are handled in one transaction at the most. */
const batchSize = 100;

export interface ConsumerOptions {
  /** How long the broker waits for a sign of life, in ms, before it gives a message to another replica. */
  readonly ackWaitMs?: number;
}

/**
 * Handles one type of event for one service. All its replicas share a durable JetStream consumer of the same name,
 * so each message goes to one of them; when that one dies it goes to another.
 */
export class Consumer {
  readonly name: string;
  readonly #type: string;
  readonly #batches: BatchHandler;
  readonly #broker: Broker;
  readonly #log: Logger;
  readonly #ackWaitMs: number;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #messages: ConsumerMessages | undefined;
  /**
   * Received and not settled yet. An acknowledgement names a place in the stream, not a message. After a disturbance
   * another message may have that place, so what was in hand is let go: it is handled, but not settled, and the
   * inbox drops the copy that comes for it.
   */
  readonly #inHand = new Set<JsMsg>();

  constructor(
    service: string,
    handler: Handler,
    outbox: Outbox,
    broker: Broker,
    log: Logger,
    { ackWaitMs = 10_000 }: ConsumerOptions = {},
  ) {
    this.name = consumerName(service, handler.contract.type);
    this.#type = handler.contract.type;
    this.#broker = broker;
    this.#log = log.child({ consumer: this.name });
    this.#batches = new BatchHandler({
      consumer: this.name,
      handler,
      outbox,
      log: this.#log,
      signal: this.#stopping.signal,
      settle: (message, tellBroker) => this.#settle(message, tellBroker),
    });
    this.#ackWaitMs = ackWaitMs;
    this.#running = this.#run();
  }

  /** Finishes the batch under way; what was received beyond it goes to another replica. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#messages !== undefined) end(this.#messages);
    await this.#running;
  }

  async #run(): Promise<void> {
    const keepAlive = setInterval(() => {
      // A database that is down is waited for; meanwhile the broker must not hand the messages to somebody else.
      for (const message of this.#inHand) message.working();
    }, this.#ackWaitMs / 3);
    while (!this.#stopping.signal.aborted) {
      await untilItWorks('receiving events', this.#log, this.#stopping.signal, () => this.#receive());
    }
    clearInterval(keepAlive);
  }

  /**
   * Returns when the service stops, or the connection stands again and everything has to be looked at anew.
   * @throws when the broker lost the stream or the consumer. Neither may be made again at once: within some 10 ms
   * of a deletion, NATS 2.9 makes ones that look well and deliver nothing, for ever.
   */
  async #receive(): Promise<void> {
    // A request would only wait for an answer that cannot come, and hold up stop().
    if (!this.#broker.isConnected()) throw new Error('there is no connection to the broker');
    await ensureStream(this.#broker);
    await this.#broker.manager.consumers.add(streamName, {
      durable_name: this.name,
      filter_subject: allPartitionsOf(this.#type),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#ackWaitMs),
      max_ack_pending: 2_000,
      // A service that starts late, or is new, gets everything that is retained.
      deliver_policy: DeliverPolicy.All,
    });
    const consumer = await this.#broker.stream.consumers.get(streamName, this.name);
    const messages = await consumer.consume({ max_messages: 2 * batchSize, expires: 10_000 });
    this.#messages = messages;
    if (this.#stopping.signal.aborted) end(messages);
    const watch = this.#watch(messages);
    try {
      await this.#handleInBatches(messages);
    } finally {
      watch.stop();
      // Left are those that nobody began to handle. Not at once: NATS 2.9 would hand the first one to the
      // subscription that has just ended.
      for (const message of this.#inHand) this.#settle(message, () => message.nak(100));
    }
    if (watch.lost !== undefined) throw new Error(`the broker lost the consumer: ${watch.lost}`);
  }

  /** A broker that lost the stream or the consumer does not say so by an error: the signs are these. */
  #watch(messages: ConsumerMessages): { readonly lost: string | undefined; stop(): void } {
    let lost: string | undefined;
    const signs: string[] = [
      ConsumerEvents.HeartbeatsMissed,
      ConsumerEvents.ConsumerDeleted,
      ConsumerEvents.ConsumerNotFound,
      ConsumerEvents.StreamNotFound,
    ];
    const connectionStatus = this.#broker.connection.status() as QueuedIterator<Status>;
    void (async () => {
      for await (const { type } of connectionStatus) {
        if (type === Events.Disconnect) this.#inHand.clear();
        // nats.js looks for the consumer itself; when that fails at first, it waits 10 s.
        if (type === Events.Reconnect) end(messages);
      }
    })();
    void (async () => {
      for await (const { type } of await messages.status()) {
        if (!signs.includes(type)) continue;
        lost = type;
        this.#inHand.clear();
        end(messages);
      }
    })();
    return {
      get lost() {
        return lost;
      },
      stop: () => connectionStatus.stop(),
    };
  }

  async #handleInBatches(messages: ConsumerMessages): Promise<void> {
    const waiting: JsMsg[] = [];
    let handling: Promise<void> | undefined;
    const handleWaiting = async () => {
      try {
        while (waiting.length > 0 && !this.#stopping.signal.aborted) {
          await this.#batches.handle(waiting.splice(0, batchSize));
        }
      } catch (error) {
        (messages as QueuedIterator<JsMsg>).stop(error as Error);
      } finally {
        // In the same turn in which nothing was waiting: the next message to come starts it again.
        handling = undefined;
      }
    };
    for await (const message of messages) {
      this.#inHand.add(message);
      waiting.push(message);
      handling ??= handleWaiting();
    }
    await handling;
  }

  #settle(message: JsMsg, tellBroker: () => void): void {
    if (this.#inHand.delete(message)) tellBroker();
  }
}

/**
 * Ends a subscription when all has come that the broker sent before it knew. What it sends to nobody comes again only
 * when its time is over. nats.js can drain any subscription, but shows that of a consumer to nobody.
 */
function end(messages: ConsumerMessages): void {
  const { sub } = messages as unknown as { sub: Subscription };
  sub.drain().catch(() => {
    (messages as QueuedIterator<JsMsg>).stop();
  });
}
