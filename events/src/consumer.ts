import { ConsumerEvents, Events } from '@frontrow/kit/nats';
import type { ConsumerMessages, JsMsg, QueuedIterator, Status, Subscription } from '@frontrow/kit/nats';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@frontrow/kit/log';
import type { Tracing } from '@frontrow/kit/tracing';
import { BatchHandler } from './batch-handler.ts';
import { ensureStream, streamName, untilItWorks } from './broker.ts';
import type { Broker } from './broker.ts';
import { ackWaitMs, consumersOf } from './durables.ts';
import type { Handler } from './handler.ts';
import type { HandlerMetrics } from './measure-delivery.ts';
import type { Outbox } from './outbox.ts';

/** How many messages one transaction handles at most. As many may wait for that, and as many may be on their way. */
const batchSize = 100;

/** The longest rest after a batch, in ms, which lets the next batch grow. */
const longestRestMs = 50;

export interface ConsumerOptions {
  /** How long the broker waits for a sign of life, in ms, before it gives a message to another replica. */
  readonly ackWaitMs?: number;
  /** When no transaction has committed for this long, in ms, the replica gives its messages to other replicas. */
  readonly giveBackAfterMs?: number;
  /**
   * The least time from the beginning of a batch to that of the next one, in ms. In a rush, events that come meanwhile are handled together;
   * an event after a quiet moment is handled at once. Apart from this setting, the consumer rests after each batch for as long as the batch took,
   * but at most 50 ms. So the busier the machine is, the larger the batches are.
   */
  readonly gapMs?: number;
  /** Counts what happens to events, when the process has metrics. */
  readonly metrics?: HandlerMetrics | undefined;
  /** Makes spans of what is handled, when the process sends them to a collector. */
  readonly tracing?: Tracing | undefined;
}

/**
 * Handles the events of a service, of all types together. All its replicas share the JetStream consumers, so each message goes to one
 * of them; when that one dies or loses its database, the message goes to another. A replica has a bounded number of messages: the batch
 * that it handles, and one that waits.
 */
export class Consumer {
  readonly #outbox: Outbox;
  readonly #types: readonly string[];
  readonly #batches: BatchHandler;
  readonly #broker: Broker;
  readonly #log: Logger;
  readonly #ackWaitMs: number;
  readonly #giveBackAfterMs: number;
  readonly #gapMs: number;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #subscriptions: readonly ConsumerMessages[] = [];
  /**
   * Messages that were received and not settled yet. An acknowledgement names a place in the stream, not a message. After a
   * disturbance another message may have that place. So the messages in hand are then handled, but not settled, and the
   * inbox drops the copies that come again.
   */
  readonly #inHand = new Set<JsMsg>();
  readonly #waiting: JsMsg[] = [];
  /** Resolved when a batch was taken out of `#waiting`, or when no more messages are received. */
  readonly #roomMade = new Set<() => void>();
  #underWay: readonly JsMsg[] = [];
  #handling: Promise<void> | undefined;
  /** When a batch may begin that is not full, by `performance.now()`. */
  #restsUntil = -Infinity;
  #overdue: NodeJS.Timeout | undefined;
  #givesBack = false;

  constructor(
    service: string,
    handlers: readonly Handler[],
    outbox: Outbox,
    broker: Broker,
    log: Logger,
    options: ConsumerOptions = {},
  ) {
    this.#outbox = outbox;
    this.#types = handlers.map(({ contract }) => contract.type);
    this.#broker = broker;
    this.#log = log;
    this.#ackWaitMs = options.ackWaitMs ?? ackWaitMs;
    this.#giveBackAfterMs = options.giveBackAfterMs ?? 5_000;
    this.#gapMs = options.gapMs ?? 0;
    this.#batches = new BatchHandler({
      ...{ service, handlers, outbox, log },
      signal: this.#stopping.signal,
      settle: (message, tellBroker) => this.#settle(message, tellBroker),
      onCommit: () => this.#expectCommit(),
      metrics: options.metrics,
      tracing: options.tracing,
    });
    this.#running = this.#run();
  }

  /** Finishes the batch in progress; all other messages that were received go to another replica. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endSubscriptions();
    await this.#running;
  }

  async #run(): Promise<void> {
    const keepAlive = setInterval(() => {
      for (const message of this.#underWay) if (this.#inHand.has(message)) message.working();
    }, this.#ackWaitMs / 3);
    while (!this.#stopping.signal.aborted) {
      await untilItWorks('receiving events', this.#log, this.#stopping.signal, () => this.#receive());
    }
    clearInterval(keepAlive);
  }

  /**
   * Returns when the service stops, the connection stands again and everything has to be looked at anew, or the database is back.
   * @throws when the broker lost the stream or a consumer. Neither may be made again at once: within some 10 ms
   * of a deletion, NATS 2.9 makes ones that look well and deliver nothing, for ever.
   */
  async #receive(): Promise<void> {
    // A request would wait for an answer that cannot come, and delay stop().
    if (!this.#broker.isConnected()) throw new Error('there is no connection to the broker');
    await ensureStream(this.#broker);
    const names = await consumersOf(this.#broker, this.#outbox, this.#types, {
      waitMs: this.#ackWaitMs,
      signal: this.#stopping.signal,
    });
    const mostOnTheWay = Math.max(10, Math.floor(batchSize / names.length));
    const opened = await Promise.allSettled(
      names.map(async (name) => {
        const consumer = await this.#broker.stream.consumers.get(streamName, name);
        return consumer.consume({
          max_messages: mostOnTheWay,
          threshold_messages: Math.ceil(mostOnTheWay / 2),
          expires: 10_000,
          // A broker that begins to lead a consumer knows nothing of earlier requests. The second missing sign of life shows that.
          idle_heartbeat: 2_000,
        });
      }),
    );
    this.#subscriptions = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = opened.find(({ status }) => status === 'rejected');
    // Those that were opened are read to their end, because nats.js would keep them alive for as long as the process lives.
    if (failed !== undefined || this.#stopping.signal.aborted) this.#endSubscriptions();
    const watch = this.#watch();
    try {
      const read = await Promise.allSettled(this.#subscriptions.map((messages) => this.#read(messages)));
      // The messages that were given back are still in progress here; when they commit, the database is back.
      await this.#handling;
      for (const outcome of read) if (outcome.status === 'rejected') throw outcome.reason;
    } finally {
      watch.stop();
      // What remains are the messages that no batch has begun.
      this.#handBack();
      this.#givesBack = false;
    }
    if (failed?.status === 'rejected') throw failed.reason;
    if (watch.lost !== undefined) throw new Error(`the broker lost a consumer: ${watch.lost}`);
  }

  /** A broker that lost the stream or the consumer reports no error; these are the signs of it. */
  #watch(): { readonly lost: string | undefined; stop(): void } {
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
        // nats.js looks for the consumer itself; if that fails the first time, it waits 10 s.
        if (type === Events.Reconnect) this.#endSubscriptions();
      }
    })();
    for (const messages of this.#subscriptions) {
      void (async () => {
        for await (const { type } of await messages.status()) {
          if (!signs.includes(type)) continue;
          lost = type;
          this.#inHand.clear();
          this.#endSubscriptions();
        }
      })();
    }
    return {
      get lost() {
        return lost;
      },
      stop: () => connectionStatus.stop(),
    };
  }

  /** nats.js asks the broker for more messages as it is read, so it is not read while enough messages wait here. */
  async #read(messages: ConsumerMessages): Promise<void> {
    for await (const message of messages) {
      this.#inHand.add(message);
      if (this.#isFinishing()) {
        this.#settle(message, () => message.nak(againMs));
        continue;
      }
      this.#waiting.push(message);
      this.#handling ??= this.#handleWaiting();
      while (this.#waiting.length >= batchSize && !this.#isFinishing()) {
        await new Promise<void>((resolve) => this.#roomMade.add(resolve));
      }
    }
  }

  #isFinishing(): boolean {
    return this.#givesBack || this.#stopping.signal.aborted;
  }

  async #handleWaiting(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#stopping.signal.aborted) {
        const restLeft = this.#restsUntil - performance.now();
        if (restLeft > 0 && this.#waiting.length < batchSize) {
          await pause(restLeft, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
          continue;
        }
        const beganAt = performance.now();
        this.#underWay = this.#waiting.splice(0, batchSize);
        this.#makeRoom();
        this.#expectCommit();
        await this.#batches.handle(this.#underWay);
        const endedAt = performance.now();
        this.#restsUntil = Math.max(
          beganAt + this.#gapMs,
          endedAt + Math.min(endedAt - beganAt, longestRestMs),
        );
        this.#underWay = [];
      }
    } catch (error) {
      for (const messages of this.#subscriptions) (messages as QueuedIterator<JsMsg>).stop(error as Error);
      // A reader that waits for room would not see the error.
      this.#handBack();
      this.#makeRoom();
    } finally {
      clearTimeout(this.#overdue);
      this.#underWay = [];
      // This is the same turn in which nothing was waiting, so the next message starts the loop again.
      this.#handling = undefined;
    }
  }

  #expectCommit(): void {
    clearTimeout(this.#overdue);
    this.#overdue = setTimeout(() => {
      this.#giveBack();
    }, this.#giveBackAfterMs);
  }

  /**
   * This replica may be the only one without a database. It goes on trying the batch in progress all the same; the inbox drops
   * what another replica handles meanwhile.
   */
  #giveBack(): void {
    this.#log.warn('no transaction has committed for a while: other replicas get what is in hand');
    this.#givesBack = true;
    this.#endSubscriptions();
    this.#handBack();
  }

  #handBack(): void {
    this.#waiting.length = 0;
    for (const message of this.#inHand) this.#settle(message, () => message.nak(againMs));
  }

  #endSubscriptions(): void {
    for (const messages of this.#subscriptions) end(messages);
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const goOn of this.#roomMade) goOn();
    this.#roomMade.clear();
  }

  #settle(message: JsMsg, tellBroker: () => void): void {
    if (this.#inHand.delete(message)) tellBroker();
  }
}

/**
 * In ms. NATS hands out a message to whoever asked for it less than 250 ms ago without a look whether anybody is there any more,
 * and the subscription that has just ended may have asked then.
 */
const againMs = 300;

/**
 * Ends a subscription after everything has arrived that the broker sent before it knew. Messages that it sends to nobody come again only
 * when their time is over. nats.js can drain any subscription, but does not expose a consumer's.
 */
function end(messages: ConsumerMessages): void {
  const { sub } = messages as unknown as { sub: Subscription };
  sub.drain().catch(() => {
    (messages as QueuedIterator<JsMsg>).stop();
  });
}
