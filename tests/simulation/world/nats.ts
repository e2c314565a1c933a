import { Events, NatsError } from 'nats';
import { currentProcess, theWorld } from './world.ts';
import type { Listener, MemoryJetStream, Subscriber } from './jetstream.ts';
import { forEver } from '../for-ever.ts';
import type { Process } from './process.ts';

export * from 'nats';

/* The part of the NATS client that the services use, on the broker in memory. In the bundle, it replaces 'nats'. */

/** An endless list that is read with `for await`. */
class Feed<T> implements AsyncIterableIterator<T> {
  readonly #items: T[] = [];
  readonly #onRead: () => void;
  #wake: (() => void) | undefined;
  #end: { error: Error | undefined } | undefined;

  constructor(onRead: () => void = () => undefined) {
    this.#onRead = onRead;
  }

  /** How many items wait to be read. */
  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  stop(error?: Error): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T>> {
    for (;;) {
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#items.length > 0) {
        const value = this.#items.shift() as T;
        this.#onRead();
        return { value, done: false };
      }
      if (this.#end !== undefined) return { value: undefined, done: true };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A process's connection to the broker. */
interface Connection {
  readonly process: Process;
  /** How often the connection broke or was made again. Requests from before are no longer answered. */
  changes: number;
  /** Changes that the process has not noticed yet. Until it does, its requests fail. */
  readonly news: string[];
}

/** Connects the process whose step it is. Waits for a broker that is down. */
export async function connect() {
  const { jetStream, scheduler } = theWorld();
  const process = currentProcess();
  const connection: Connection = { process, changes: 0, news: [] };
  const feeds = new Set<Feed<{ type: string; data: string }>>();
  const { news } = connection;
  const forget = jetStream.onChange((change) => {
    connection.changes++;
    // Each change is a step of its own, but they come in order.
    news.push(change === 'disconnect' ? Events.Disconnect : Events.Reconnect);
    scheduler.soon(process, `news of the broker`, () => {
      const type = news.shift() as string;
      for (const feed of feeds) feed.push({ type, data: '' });
    });
  });
  process.onCrash(forget);
  while (!jetStream.isUp) await scheduler.pause(process, 5_000);
  return {
    status: () => {
      const feed = new Feed<{ type: string; data: string }>();
      feeds.add(feed);
      return Object.assign(feed, {
        stop: () => {
          feeds.delete(feed);
          Feed.prototype.stop.call(feed);
        },
      });
    },
    jetstream: () => client(jetStream, connection),
    jetstreamManager: () => Promise.resolve(manager(jetStream, connection)),
    subscribe: (subject: string, { callback }: { callback: (error: null, message: Question) => void }) => {
      const listener: Listener = {
        process,
        subject,
        answer: (payload, reply, respond) => {
          callback(null, { reply, json: () => JSON.parse(payload) as unknown, respond });
        },
      };
      jetStream.listeners.add(listener);
      process.onCrash(() => jetStream.listeners.delete(listener));
    },
    request: (subject: string, payload: string, { reply, timeout }: { reply: string; timeout: number }) =>
      ask(jetStream, connection, { subject, payload, reply, timeout }),
    isClosed: () => false,
    flush: () => request(connection, 'flush', () => undefined),
  };
}

const isDead = ({ isAlive }: Process) => !isAlive;

/** A request that takes a step of its own, because its order among the steps of others matters. */
async function requestInTurn<T>(connection: Connection, what: string, answer: () => T): Promise<T> {
  const { changes } = connection;
  await theWorld().scheduler.turn(connection.process, what);
  return request(connection, what, answer, changes);
}

/** A request and its answer. If either is lost, the client notices it when its patience ends. */
async function request<T>(
  connection: Connection,
  what: string,
  answer: () => T,
  changes = connection.changes,
): Promise<T> {
  const { scheduler, jetStream, faults } = theWorld();
  const { process, news } = connection;
  if (isDead(process)) return forEver();
  const stands = jetStream.isUp && news.length === 0 && connection.changes === changes;
  const fate = stands ? faults.atRequest(process) : 'cut-before';
  if (fate === 'crash-before') process.crash();
  else if (fate !== 'cut-before') {
    const result = answer();
    if (fate === 'nothing') return result;
    if (fate === 'crash-after') process.crash();
  }
  if (isDead(process)) return forEver();
  await scheduler.pause(process, 2_000);
  throw new Error(`TIMEOUT: ${what}`);
}

interface Question {
  readonly reply: string;
  json(): unknown;
  respond(answer: string): void;
}

interface Asked extends Pick<Listener, 'subject'> {
  readonly payload: string;
  readonly reply: string;
  readonly timeout: number;
}

/** A question to one of the listeners, and the answer. Each of them may be lost. */
async function ask(jetStream: MemoryJetStream, connection: Connection, asked: Asked) {
  const { scheduler, faults } = theWorld();
  const { process } = connection;
  const { subject, payload, reply, timeout } = asked;
  const listener = await requestInTurn(connection, `a question on ${subject}`, () => {
    const there = [...jetStream.listeners].filter((one) => one.subject === subject && one.process.isAlive);
    return there.length > 0 ? scheduler.random.pick(there) : undefined;
  });
  if (listener === undefined) throw new Error('503: nobody listens');
  return new Promise<{ json: () => unknown }>((resolve, reject) => {
    const giveUp = scheduler.later(process, 'the end of a wait for an answer', timeout, () => {
      reject(new Error(`TIMEOUT: ${subject}`));
    });
    const respond = (answer: string) => {
      if (!jetStream.isUp || faults.passage() === 'lost') return;
      scheduler.soon(process, `an answer to ${subject}`, () => {
        giveUp.cancel();
        resolve({ json: () => JSON.parse(answer) as unknown });
      });
    };
    scheduler.soon(listener.process, subject, () => {
      listener.answer(payload, reply, respond);
    });
  });
}

const client = (jetStream: MemoryJetStream, connection: Connection) => ({
  publish: (subject: string, payload: string, { msgID }: { msgID: string }) =>
    requestInTurn(connection, `a publication on ${subject}`, () => ({
      seq: jetStream.publish(subject, payload, msgID),
    })),
  consumers: {
    get: (_stream: string, name: string) =>
      Promise.resolve({
        consume: ({ max_messages }: { max_messages: number }) =>
          consume(jetStream, connection, name, max_messages),
      }),
  },
});

const manager = (jetStream: MemoryJetStream, connection: Connection) => ({
  streams: {
    add: () =>
      request(connection, 'adding the stream', () => {
        jetStream.addStream();
      }),
    info: () =>
      request(connection, 'looking at the stream', () => {
        const { created } = jetStream.stream;
        return { created, state: jetStream.state };
      }),
    getMessage: (_stream: string, { seq }: { seq: number }) =>
      request(connection, 'looking at a message', () => {
        const message = jetStream.stream.messages.get(seq);
        if (message === undefined || message.isRotten === true) {
          throw Object.assign(new Error('no message found'), { api_error: { err_code: 10037 } });
        }
        return { header: { get: () => message.messageId } };
      }),
  },
  consumers: {
    info: (_stream: string, name: string) =>
      request(connection, `looking for the consumer ${name}`, () => {
        const consumer = jetStream.stream.consumers.get(name);
        if (consumer !== undefined) {
          return { config: { filter_subject: consumer.subjects }, num_pending: consumer.waiting.size };
        }
        throw Object.assign(new NatsError('consumer not found', '404'), { api_error: { err_code: 10014 } });
      }),
    add: (
      _stream: string,
      { durable_name, filter_subject }: Record<'durable_name' | 'filter_subject', string>,
    ) =>
      request(connection, `adding the consumer ${durable_name}`, () => {
        jetStream.addConsumer(durable_name, filter_subject);
      }),
  },
});

interface Message {
  readonly seq: number;
  readonly subject: string;
  readonly redelivered: boolean;
  string(): string;
  ack(): void;
  nak(delayMs?: number): void;
  term(): void;
  working(): void;
}

/** @param most how many messages may be on their way, or wait here to be read */
async function consume(jetStream: MemoryJetStream, connection: Connection, name: string, most: number) {
  const { process } = connection;
  const messages = new Feed<Message>(() => {
    jetStream.deliverMore(name);
  });
  const subscriber: Subscriber = {
    process,
    get hasRoom() {
      return messages.length < most;
    },
    receive: (delivery) => {
      const { sequence, subject, payload, count } = delivery;
      messages.push({
        seq: sequence,
        subject,
        redelivered: count > 1,
        string: () => payload,
        ack: () => {
          delivery.settle('acknowledged');
        },
        nak: (delayMs = 0) => {
          delivery.settle({ again: delayMs });
        },
        term: () => {
          delivery.settle('terminated');
        },
        working: () => {
          delivery.settle('working');
        },
      });
    },
  };
  process.onCrash(() => {
    jetStream.unsubscribe(name, subscriber);
  });
  await request(connection, `subscribing to ${name}`, () => {
    jetStream.subscribe(name, subscriber);
  });
  return Object.assign(messages, {
    status: () => Promise.resolve(new Feed<{ type: string }>()),
    sub: {
      drain: () => {
        jetStream.unsubscribe(name, subscriber);
        messages.stop();
        return Promise.resolve();
      },
    },
  });
}
