import type { Actor, Cancellable, Scheduler } from './scheduler.ts';

/** A message of the stream. */
interface Stored {
  readonly sequence: number;
  readonly subject: string;
  readonly payload: string;
  readonly messageId: string;
  /** Whether the server counts the message, but can no longer read it. */
  isRotten?: boolean;
}

/** What is left of the broker's disk: everything, nothing, all but the last messages, or all but one in the middle. */
export type Disk = 'whole' | 'empty' | { without: number } | { rotten: 'counted' | 'missing' };

/** A process that answers requests on core NATS. */
export interface Listener {
  readonly process: Actor;
  readonly subject: string;
  readonly answer: (payload: string, reply: string, respond: (answer: string) => void) => void;
}

interface Stream {
  /** As `streams.info` reports it. It differs if the stream was lost and made anew. */
  readonly created: string;
  lastSequence: number;
  readonly messages: Map<number, Stored>;
  readonly sequences: Map<string, number>;
  readonly consumers: Map<string, DurableConsumer>;
}

/** What a consumer has not acknowledged yet. */
interface Pending {
  readonly message: Stored;
  deliveries: number;
  /** When the message is sent again unless it is settled. */
  again: Cancellable | undefined;
}

interface DurableConsumer {
  readonly name: string;
  readonly subjects: string;
  readonly pending: Map<number, Pending>;
  readonly subscribers: Set<Subscriber>;
  /** Pending messages for which no subscriber had asked. */
  readonly waiting: Set<number>;
}

/** A process that asked for messages. */
export interface Subscriber {
  readonly process: Actor;
  /** Whether it has asked for more messages than it was sent. */
  readonly hasRoom: boolean;
  receive(delivery: Delivery): void;
}

export interface Delivery extends Stored {
  readonly count: number;
  settle(outcome: 'acknowledged' | 'terminated' | 'working' | { again: number }): void;
}

/** What may happen to a message on its way. */
export type Passage = 'delivered' | 'lost' | 'twice';

const ackWaitMs = 10_000;

/** The broker: one stream, durable consumers, at-least-once delivery in any order, and one disk, which can be emptied. */
export class MemoryJetStream implements Actor {
  readonly name = 'broker';
  readonly clockSkewMs = 0;
  readonly isAlive = true;
  readonly frozenUntil = 0;
  readonly #scheduler: Scheduler;
  readonly #passage: () => Passage;
  readonly #onDelivery: (consumer: string, messageId: string) => void;
  #isUp = true;
  #stream: Stream | undefined;
  #streamsMade = 0;
  /** The names of all consumers that were ever made. If the stream is lost, they are made again. */
  readonly #consumerNames = new Set<string>();
  /** The listeners of all processes, on core NATS. */
  readonly listeners = new Set<Listener>();
  readonly #clients = new Set<(news: 'disconnect' | 'reconnect') => void>();

  /**
   * @param passage decides what happens to each message on its way to a consumer, and to each settlement on its way back
   * @param onDelivery is told of each message that a process receives
   */
  constructor(
    scheduler: Scheduler,
    passage: () => Passage,
    onDelivery: (consumer: string, messageId: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#passage = passage;
    this.#onDelivery = onDelivery;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /**
   * Tells `listener` when the broker goes and comes back.
   * @returns a function that stops this
   */
  onChange(listener: (news: 'disconnect' | 'reconnect') => void): () => void {
    this.#clients.add(listener);
    return () => {
      this.#clients.delete(listener);
    };
  }

  stop(): void {
    this.#isUp = false;
    for (const consumer of this.#stream?.consumers.values() ?? []) consumer.subscribers.clear();
    for (const tell of [...this.#clients]) tell('disconnect');
  }

  start(disk: Disk): void {
    if (disk === 'empty') this.#stream = undefined;
    else if (disk !== 'whole' && 'without' in disk) this.#loseTheLast(disk.without);
    else if (disk !== 'whole') this.#loseOne(disk.rotten);
    this.#isUp = true;
    for (const tell of [...this.#clients]) tell('reconnect');
  }

  addStream(): void {
    this.#stream ??= {
      created: `${new Date(this.#scheduler.now).toISOString()} #${++this.#streamsMade}`,
      lastSequence: 0,
      messages: new Map(),
      sequences: new Map(),
      consumers: new Map(),
    };
  }

  /** Counts as `streams.info` does: a gap in the middle is visible, a loss at the end is not. */
  get state() {
    const { messages, lastSequence } = this.stream;
    const [first = lastSequence + 1] = messages.keys();
    return { messages: messages.size, first_seq: first, last_seq: lastSequence };
  }

  get hasStream(): boolean {
    return this.#stream !== undefined;
  }

  /** @throws if there is no stream, like each request that needs one */
  get stream(): Stream {
    if (this.#stream === undefined) throw Object.assign(new Error('stream not found'), { code: '404' });
    return this.#stream;
  }

  /** @param subjects the subjects of one event type in all partitions: `frontrow.seats.held.v1.*` */
  addConsumer(name: string, subjects: string): void {
    const { consumers, messages } = this.stream;
    this.#consumerNames.add(name);
    if (consumers.has(name)) return;
    const consumer: DurableConsumer = {
      name,
      subjects,
      pending: new Map(),
      subscribers: new Set(),
      waiting: new Set(),
    };
    consumers.set(name, consumer);
    for (const message of messages.values()) if (message.isRotten !== true) this.#offer(consumer, message);
  }

  subscribe(name: string, subscriber: Subscriber): void {
    const consumer = this.stream.consumers.get(name);
    if (consumer === undefined) throw new Error('consumer not found');
    consumer.subscribers.add(subscriber);
    this.deliverMore(name);
  }

  /** Called when a subscriber asks for more. */
  deliverMore(name: string): void {
    const consumer = this.#stream?.consumers.get(name);
    for (const sequence of consumer?.waiting ?? []) this.#deliverSoon(consumer as DurableConsumer, sequence);
    consumer?.waiting.clear();
  }

  unsubscribe(name: string, subscriber: Subscriber): void {
    this.#stream?.consumers.get(name)?.subscribers.delete(subscriber);
  }

  /** @returns the message's number, which is that of the first copy if one with this id has been published before */
  publish(subject: string, payload: string, messageId: string): number {
    const { stream } = this;
    const before = stream.sequences.get(messageId);
    if (before !== undefined) return before;
    const sequence = ++stream.lastSequence;
    const message: Stored = { sequence, subject, payload, messageId };
    stream.messages.set(sequence, message);
    stream.sequences.set(messageId, sequence);
    for (const consumer of stream.consumers.values()) this.#offer(consumer, message);
    return sequence;
  }

  /** A consumer that nobody has made again, or subscribed to, since the broker was away; undefined if there is none. */
  get unattended(): string | undefined {
    return [...this.#consumerNames].find((name) => {
      const subscribers = this.#stream?.consumers.get(name)?.subscribers ?? new Set();
      return subscribers.size === 0;
    });
  }

  /** How many messages are on their way to a consumer, or not acknowledged yet. */
  get unsettled(): number {
    const consumers = [...(this.#stream?.consumers.values() ?? [])];
    return consumers.reduce((sum, { pending }) => sum + pending.size, 0);
  }

  #offer(consumer: DurableConsumer, message: Stored): void {
    if (!message.subject.startsWith(consumer.subjects.slice(0, -1))) return;
    consumer.pending.set(message.sequence, { message, deliveries: 0, again: undefined });
    this.#deliverSoon(consumer, message.sequence);
  }

  #deliverSoon(consumer: DurableConsumer, sequence: number): void {
    this.#scheduler.soon(this, `a delivery to ${consumer.name}`, () => {
      this.#deliver(consumer, sequence);
    });
  }

  #deliver(consumer: DurableConsumer, sequence: number): void {
    const pending = consumer.pending.get(sequence);
    const isGone = this.#stream?.consumers.get(consumer.name) !== consumer;
    if (pending === undefined || isGone) return;
    const subscribers = [...consumer.subscribers].filter(
      ({ process, hasRoom }) => process.isAlive && hasRoom,
    );
    if (!this.#isUp || subscribers.length === 0) {
      consumer.waiting.add(sequence);
      return;
    }
    const passage = this.#passage();
    pending.deliveries++;
    this.#waitForAcknowledgement(consumer, pending);
    if (passage === 'lost') return;
    const subscriber = this.#scheduler.random.pick(subscribers);
    if (passage === 'twice') this.#deliverSoon(consumer, sequence);
    const { message, deliveries: count } = pending;
    this.#onDelivery(consumer.name, message.messageId);
    this.#scheduler.current = subscriber.process;
    subscriber.receive({
      ...message,
      count,
      settle: (outcome) => {
        this.#settleSoon(consumer, sequence, outcome);
      },
    });
  }

  #settleSoon(consumer: DurableConsumer, sequence: number, outcome: Parameters<Delivery['settle']>[0]): void {
    if (this.#passage() === 'lost') return;
    this.#scheduler.soon(this, `a settlement of ${consumer.name}`, () => {
      const pending = consumer.pending.get(sequence);
      if (!this.#isUp || pending === undefined) return;
      if (outcome === 'working') {
        this.#waitForAcknowledgement(consumer, pending);
        return;
      }
      pending.again?.cancel();
      if (typeof outcome === 'string') consumer.pending.delete(sequence);
      else {
        pending.again = this.#scheduler.later(this, 'a delay', outcome.again, () => {
          this.#deliver(consumer, sequence);
        });
      }
    });
  }

  /** From now on, the message is sent again if it is not acknowledged in time. */
  #waitForAcknowledgement(consumer: DurableConsumer, pending: Pending): void {
    pending.again?.cancel();
    pending.again = this.#scheduler.later(this, 'the end of a wait for an acknowledgement', ackWaitMs, () => {
      this.#deliver(consumer, pending.message.sequence);
    });
  }

  /** Loses messages that were not on the disk when the power failed. */
  #loseTheLast(count: number): void {
    if (this.#stream === undefined) return;
    const { lastSequence } = this.#stream;
    this.#stream.lastSequence = Math.max(0, lastSequence - count);
    for (let lost = this.#stream.lastSequence + 1; lost <= lastSequence; lost++) this.#lose(lost, 'missing');
  }

  #loseOne(how: 'counted' | 'missing'): void {
    const sequences = [...(this.#stream?.messages.keys() ?? [])];
    if (sequences.length > 0) this.#lose(this.#scheduler.random.pick(sequences), how);
  }

  #lose(lost: number, how: 'counted' | 'missing'): void {
    const { messages, sequences, consumers } = this.stream;
    const message = messages.get(lost);
    if (message === undefined) return;
    message.isRotten = true;
    // When the server starts, it learns the ids from the messages that it can read.
    sequences.delete(message.messageId);
    if (how === 'missing') messages.delete(lost);
    for (const { pending, waiting } of consumers.values()) {
      pending.get(lost)?.again?.cancel();
      pending.delete(lost);
      waiting.delete(lost);
    }
  }
}
