import type { JsMsg } from '@frontrow/kit/nats';
import type { Logger } from '@frontrow/kit/log';
import { inTrace } from '@frontrow/kit/trace';
import { z } from 'zod';
import { countFailure, forgetFailures } from './attempts.ts';
import { consumerName, typeOf } from './broker.ts';
import type { Handler } from './handler.ts';
import { envelope, readEvent } from './contract.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { HandledMeanwhile, takeInAll } from './inbox.ts';
import type { Arrival } from './inbox.ts';
import type { Tracing } from '@frontrow/kit/tracing';
import type { HandlerMetrics } from './measure-delivery.ts';
import type { Outbox, Transaction } from './outbox.ts';
import { traceGivingUp, traceHandling } from './trace-handlers.ts';
import type { Traced } from './trace-handlers.ts';

/** After this many failures an event is a dead letter. */
const maxAttempts = 5;
/** ms until the second, third, … attempt: an operator sees an event that always fails within 5 s. */
const retryAfterMs = [100, 400, 1_000, 2_000];
/** ms until an event is tried again that waited in vain for another transaction's lock. */
const lockedAgainMs = 500;

interface Received extends Arrival {
  readonly message: JsMsg;
  readonly handle: Handler['handle'];
}

export interface BatchHandlerOptions {
  readonly service: string;
  readonly handlers: readonly Handler[];
  readonly outbox: Outbox;
  readonly log: Logger;
  /** Aborts when the service stops; from then on the handler waits for nothing. */
  readonly signal: AbortSignal;
  /** Reports to the broker what happened to a message. */
  readonly settle: (message: JsMsg, tellBroker: () => void) => void;
  /** Called after each commit. */
  readonly onCommit: () => void;
  /** Counts what happens to events, when the process has metrics. */
  readonly metrics?: HandlerMetrics | undefined;
  /** Makes spans of what is handled, when the process sends them to a collector. */
  readonly tracing?: Tracing | undefined;
}

/**
 * Handles messages of all types that the service handles, in one transaction; each handler gets all events of its types. When that
 * fails, they are handled in halves, then quarters, and so on, until each event that cannot be handled is alone.
 */
export class BatchHandler {
  readonly #options: BatchHandlerOptions;
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(options: BatchHandlerOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.contract.type, handler]));
  }

  /** @throws when the service stops meanwhile; messages that are not settled then were not handled */
  async handle(messages: readonly JsMsg[]): Promise<void> {
    const received: Received[] = [];
    for (const message of messages) {
      const parsed = this.#parse(message);
      if ('event' in parsed) received.push({ message, ...parsed });
      else await this.#giveUp(message, parsed.raw, parsed.error, 1);
    }
    await this.#handleTogether(received);
  }

  async #handleTogether(received: readonly Received[]): Promise<void> {
    const [first] = received;
    if (first === undefined) return;
    const beganAt = performance.now();
    try {
      const fresh = await this.#handleInOneTransaction(received);
      this.#options.metrics?.handled(received, fresh, beganAt);
    } catch (error) {
      if (this.#options.signal.aborted) throw error;
      if (received.length > 1) {
        for (const part of error instanceof Locked ? each(received) : halves(received))
          await this.#handleTogether(part);
        return;
      }
      this.#options.metrics?.failed(first, beganAt);
      await this.#failed(first, error);
    }
  }

  /** @returns the events that were not handled before */
  async #handleInOneTransaction(received: readonly Received[]): Promise<readonly Received[]> {
    const { tracing } = this.#options;
    let fresh: readonly Received[] = [];
    let traced: Traced<Received> | undefined;
    const work = async (tx: Transaction) => {
      // Ends the spans of an earlier run, which a deadlock or a replica rolled back. Nobody heard of the events that it emitted.
      traced?.end(new Error('rolled back, and begun again'));
      traced = undefined;
      try {
        fresh = await takeInAll(tx, received);
        traced = tracing && traceHandling(tracing, fresh);
        for (const [handle, events] of byHandler(traced?.arrivals ?? fresh)) await handle(tx, events);
        await forgetFailures(
          tx.manager,
          received.filter(({ message }) => message.redelivered),
        );
      } catch (error) {
        throw isLockWait(error) ? new Locked(error) : error;
      }
    };
    for (;;) {
      try {
        await this.#commit(work);
        break;
      } catch (error) {
        if (error instanceof HandledMeanwhile) continue;
        traced?.end(error as Error);
        throw error;
      }
    }
    traced?.end();
    // Not earlier: after a crash before this line the messages come again, and the inbox drops them.
    for (const { message } of received) this.#options.settle(message, () => message.ack());
    return fresh;
  }

  async #failed({ message, consumer, event }: Received, error: unknown): Promise<void> {
    const { log, settle } = this.#options;
    if (error instanceof Locked) {
      settle(message, () => message.nak(lockedAgainMs));
      return;
    }
    const attempts = await this.#commit(({ manager }) => countFailure(manager, { consumer, event }));
    if (attempts >= maxAttempts) {
      await this.#giveUp(message, event, error, attempts);
      return;
    }
    inTrace(event.traceparent, () => {
      const about = { consumer, event: event.id, saga: event.subject, attempts };
      log.warn({ err: error, ...about }, 'handling an event failed');
    });
    settle(message, () => message.nak(retryAfterMs[attempts - 1]));
  }

  async #giveUp(message: JsMsg, content: unknown, error: unknown, attempts: number): Promise<void> {
    const { service, outbox, log, signal, settle, onCommit, tracing } = this.#options;
    const eventType = typeOf(message.subject);
    const consumer = consumerName(service, eventType);
    const failed = { consumer, message: content, eventType, error, attempts };
    // What follows, e.g. a purchase that is put back, belongs to the trace of the event.
    await traceGivingUp(tracing, failed, async () => {
      const about = { consumer, sequence: message.seq, ...nameOf(content), attempts };
      log.error({ err: error, ...about }, 'an event became a dead letter');
      await keepDeadLetter(outbox, failed, signal);
    });
    onCommit();
    this.#options.metrics?.deadLettered(eventType);
    settle(message, () => message.term());
  }

  async #commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { outbox, signal, onCommit } = this.#options;
    const answer = await outbox.transaction(work, { retryForMs: Infinity, signal });
    onCommit();
    return answer;
  }

  #parse(message: JsMsg): (Arrival & Pick<Received, 'handle'>) | { raw: unknown; error: unknown } {
    const type = typeOf(message.subject);
    const handler = this.#handlers.get(type);
    const text = message.string();
    let raw: unknown = text;
    try {
      raw = JSON.parse(text);
      const consumer = consumerName(this.#options.service, type);
      if (handler !== undefined)
        return { consumer, event: readEvent(handler.contract, raw), handle: handler.handle };
      // During an upgrade, a replica of the other version may take it meanwhile.
      const refuse = () => Promise.reject(new Error(`this version does not handle ${type}`));
      return { consumer, event: envelope.parse(raw), handle: refuse };
    } catch (error) {
      return { raw: isReportable(raw) ? raw : text, error };
    }
  }
}

/** Whether a message can be stored and reported as JSON. One that is nested thousands of levels deep can be read, but not written. */
function isReportable(message: unknown): boolean {
  try {
    JSON.stringify(z.json().parse(message));
    return true;
  } catch {
    return false;
  }
}

/**
 * Groups events by their handler function, whether or not they are of one type, and keeps their order. The functions are in the
 * order in which the first event of each came.
 */
function byHandler(received: readonly Received[]): Map<Handler['handle'], Received['event'][]> {
  const groups = new Map<Handler['handle'], Received['event'][]>();
  for (const { handle, event } of received) {
    const events = groups.get(handle);
    if (events === undefined) groups.set(handle, [event]);
    else events.push(event);
  }
  return groups;
}

/** The ids of an event and of its saga, under the names that logs use. The content may be anything. */
function nameOf(content: unknown): { event: unknown; saga: unknown } {
  const { id, subject } = (content ?? {}) as { id?: unknown; subject?: unknown };
  return { event: id, saga: subject };
}

const each = <Item>(items: readonly Item[]): Item[][] => items.map((item) => [item]);

function halves<Item>(items: readonly Item[]): (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/**
 * A lock wait timed out. The lock's owner may keep it for long, as a process does that lost its database in the middle of a
 * transaction. The other events of the batch should not wait for it, too.
 */
class Locked extends Error {
  constructor(cause: unknown) {
    super('somebody else has locked a row', { cause });
  }
}

const isLockWait = (error: unknown) => (error as { errno?: number } | null)?.errno === 1205;
