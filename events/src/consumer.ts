import { AckPolicy, ConsumerEvents, DeliverPolicy, nanos } from 'nats';
import type { ConsumerMessages, JsMsg } from 'nats';
import type { Logger } from '@frontrow/kit/log';
import { inTrace } from '@frontrow/kit/trace';
import { allPartitionsOf, ensureStream, streamName, untilItWorks } from './broker.ts';
import type { Broker } from './broker.ts';
import { envelope } from './contract.ts';
import type { EventContract, EventEnvelope, EventOf } from './contract.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { HandledMeanwhile, takeIn } from './inbox.ts';
import type { Outbox, Transaction } from './outbox.ts';

/** What a service does about one type of event, inside the transaction that also notes that it was done. */
export interface Handler {
  readonly contract: EventContract;
  readonly handle: (tx: Transaction, event: EventEnvelope) => Promise<void>;
}

/** Ties a handler to its contract, so that the event it gets is typed and has been validated. */
export const handler = <Contract extends EventContract>(
  contract: Contract,
  handle: (tx: Transaction, event: EventOf<Contract>) => Promise<void>,
): Handler => ({ contract, handle: handle as Handler['handle'] });

/** How many messages are handled in one transaction at the most. */
const batchSize = 100;
const ackWaitMs = 30_000;
/** After this many failures an event is a dead letter. */
const maxAttempts = 5;
/** ms until the second, third, … attempt: an operator sees a hopeless event within 5 s. */
const retryAfterMs = [100, 400, 1_000, 2_000];

interface Received {
  readonly message: JsMsg;
  readonly event: EventEnvelope;
}

/**
 * Handles one type of event for one service. All its replicas share a durable JetStream consumer of the same name,
 * so each message goes to one of them; when that one dies it goes to another.
 */
export class Consumer {
  readonly name: string;
  readonly #handler: Handler;
  readonly #outbox: Outbox;
  readonly #broker: Broker;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #messages: ConsumerMessages | undefined;
  /** Received and not settled yet. */
  readonly #inHand = new Set<JsMsg>();

  constructor(service: string, handler: Handler, outbox: Outbox, broker: Broker, log: Logger) {
    this.name = `${service}-on-${handler.contract.type.replaceAll('.', '-')}`;
    this.#handler = handler;
    this.#outbox = outbox;
    this.#broker = broker;
    this.#log = log.child({ consumer: this.name });
    this.#running = this.#run();
  }

  /** Finishes the batch under way; what was received beyond it goes to another replica. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#messages?.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const keepAlive = setInterval(() => {
      // A database that is down is waited for; meanwhile the broker must not hand the messages to somebody else.
      for (const message of this.#inHand) message.working();
    }, ackWaitMs / 3);
    while (!this.#stopping.signal.aborted) {
      await untilItWorks('receiving events', this.#log, this.#stopping.signal, () => this.#receive());
    }
    clearInterval(keepAlive);
  }

  /** Returns when the consumer has to be made anew, or the service stops. */
  async #receive(): Promise<void> {
    await ensureStream(this.#broker);
    await this.#broker.manager.consumers.add(streamName, {
      durable_name: this.name,
      filter_subject: allPartitionsOf(this.#handler.contract.type),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: 2_000,
      // A service that starts late, or is new, gets everything that is retained.
      deliver_policy: DeliverPolicy.All,
    });
    const consumer = await this.#broker.stream.consumers.get(streamName, this.name);
    const messages = await consumer.consume({ max_messages: 2 * batchSize, expires: 10_000 });
    this.#messages = messages;
    if (this.#stopping.signal.aborted) messages.stop();
    const stopWatching = this.#stopWhenLost(messages);
    try {
      await this.#handleInBatches(messages);
    } finally {
      stopWatching();
      this.#inHand.clear();
    }
  }

  /** A broker that lost the stream or the consumer does not say so by an error: the signs are these. */
  #stopWhenLost(messages: ConsumerMessages): () => void {
    const lost = [
      ConsumerEvents.HeartbeatsMissed,
      ConsumerEvents.ConsumerDeleted,
      ConsumerEvents.ConsumerNotFound,
      ConsumerEvents.StreamNotFound,
    ];
    const connectionStatus = this.#broker.connection.status();
    void (async () => {
      for await (const { type } of connectionStatus) if (type === 'reconnect') messages.stop();
    })();
    void (async () => {
      for await (const { type } of await messages.status()) {
        if (lost.some((event) => event === type)) messages.stop();
      }
    })();
    return () => {
      (connectionStatus as unknown as { stop(): void }).stop();
    };
  }

  async #handleInBatches(messages: ConsumerMessages): Promise<void> {
    const waiting: JsMsg[] = [];
    let handling: Promise<void> = Promise.resolve();
    let busy = false;
    const handleWaiting = async () => {
      busy = true;
      while (waiting.length > 0 && !this.#stopping.signal.aborted) {
        await this.#handleMessages(waiting.splice(0, batchSize));
      }
      busy = false;
    };
    for await (const message of messages) {
      this.#inHand.add(message);
      waiting.push(message);
      if (!busy) handling = handleWaiting();
    }
    await handling;
  }

  async #handleMessages(messages: JsMsg[]): Promise<void> {
    const received: Received[] = [];
    for (const message of messages) {
      const parsed = this.#parse(message);
      if ('event' in parsed) received.push({ message, event: parsed.event });
      else await this.#giveUp(message, parsed.raw, parsed.error);
    }
    try {
      await this.#handleInOneTransaction(received);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      if (received.length === 1) await this.#failed(received[0] as Received, error);
      else await this.#handleOneByOne(received);
    }
  }

  async #handleOneByOne(received: Received[]): Promise<void> {
    for (const one of received) {
      try {
        await this.#handleInOneTransaction([one]);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        await this.#failed(one, error);
      }
    }
  }

  async #handleInOneTransaction(received: Received[]): Promise<void> {
    if (received.length === 0) return;
    const work = async (tx: Transaction) => {
      const events = received.map(({ event }) => event);
      for (const event of await takeIn(tx, this.name, events)) {
        await inTrace(event.traceparent, () => this.#handler.handle(tx, event));
      }
    };
    for (;;) {
      try {
        await this.#outbox.transaction(work, { retryForMs: Infinity, signal: this.#stopping.signal });
        break;
      } catch (error) {
        if (!(error instanceof HandledMeanwhile)) throw error;
      }
    }
    // Only now: a crash before this line brings the messages again, and the inbox drops them.
    for (const { message } of received) {
      message.ack();
      this.#inHand.delete(message);
    }
  }

  async #failed({ message, event }: Received, error: unknown): Promise<void> {
    const attempt = message.info.deliveryCount;
    if (attempt >= maxAttempts) {
      await this.#giveUp(message, event, error);
      return;
    }
    this.#log.warn({ err: error, event: event.id, attempt }, 'handling an event failed');
    message.nak(retryAfterMs[attempt - 1]);
    this.#inHand.delete(message);
  }

  async #giveUp(message: JsMsg, content: unknown, error: unknown): Promise<void> {
    this.#log.error({ err: error, sequence: message.seq }, 'an event became a dead letter');
    await keepDeadLetter(this.#outbox, {
      consumer: this.name,
      message: content,
      streamSequence: message.seq,
      eventType: this.#handler.contract.type,
      error,
      attempts: message.info.deliveryCount,
    });
    message.term();
    this.#inHand.delete(message);
  }

  #parse(message: JsMsg): { event: EventEnvelope } | { raw: unknown; error: unknown } {
    let raw: unknown = message.string();
    try {
      raw = JSON.parse(raw as string);
      const event = envelope.parse(raw);
      const data = this.#handler.contract.data.parse(event.data);
      return { event: { ...event, data } };
    } catch (error) {
      return { raw, error };
    }
  }
}
