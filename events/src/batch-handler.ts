import type { JsMsg } from 'nats';
import type { Logger } from '@frontrow/kit/log';
import type { Handler } from './consumer.ts';
import { readEvent } from './contract.ts';
import type { EventEnvelope } from './contract.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { HandledMeanwhile, takeIn } from './inbox.ts';
import type { Outbox, Transaction } from './outbox.ts';

/** After this many failures an event is a dead letter. */
const maxAttempts = 5;
/** ms until the second, third, … attempt: an operator sees a hopeless event within 5 s. */
const retryAfterMs = [100, 400, 1_000, 2_000];

interface Received {
  readonly message: JsMsg;
  readonly event: EventEnvelope;
}

export interface BatchHandlerOptions {
  readonly consumer: string;
  readonly handler: Handler;
  readonly outbox: Outbox;
  readonly log: Logger;
  /** Aborts when the service stops: then nothing is waited for any more. */
  readonly signal: AbortSignal;
  /** Tells the broker what became of a message. */
  readonly settle: (message: JsMsg, tellBroker: () => void) => void;
}

/** Handles messages of one type: all in one transaction, or, when that fails, each in its own. */
export class BatchHandler {
  readonly #options: BatchHandlerOptions;

  constructor(options: BatchHandlerOptions) {
    this.#options = options;
  }

  /** @throws when the service stops meanwhile; what is not settled then was not handled */
  async handle(messages: JsMsg[]): Promise<void> {
    const received: Received[] = [];
    for (const message of messages) {
      const parsed = this.#parse(message);
      if ('event' in parsed) received.push({ message, event: parsed.event });
      else await this.#giveUp(message, parsed.raw, parsed.error);
    }
    try {
      await this.#handleInOneTransaction(received);
    } catch (error) {
      if (this.#options.signal.aborted) throw error;
      if (received.length === 1) await this.#failed(received[0] as Received, error);
      else await this.#handleOneByOne(received);
    }
  }

  async #handleOneByOne(received: Received[]): Promise<void> {
    for (const one of received) {
      try {
        await this.#handleInOneTransaction([one]);
      } catch (error) {
        if (this.#options.signal.aborted) throw error;
        await this.#failed(one, error);
      }
    }
  }

  async #handleInOneTransaction(received: Received[]): Promise<void> {
    if (received.length === 0) return;
    const work = async (tx: Transaction) => {
      const events = received.map(({ event }) => event);
      const fresh = await takeIn(tx, this.#options.consumer, events);
      if (fresh.length > 0) await this.#options.handler.handle(tx, fresh);
    };
    for (;;) {
      try {
        await this.#options.outbox.transaction(work, { retryForMs: Infinity, signal: this.#options.signal });
        break;
      } catch (error) {
        if (!(error instanceof HandledMeanwhile)) throw error;
      }
    }
    // Only now: a crash before this line brings the messages again, and the inbox drops them.
    for (const { message } of received) this.#options.settle(message, () => message.ack());
  }

  async #failed({ message, event }: Received, error: unknown): Promise<void> {
    const attempt = message.info.deliveryCount;
    if (attempt >= maxAttempts) {
      await this.#giveUp(message, event, error);
      return;
    }
    this.#options.log.warn({ err: error, event: event.id, attempt }, 'handling an event failed');
    this.#options.settle(message, () => message.nak(retryAfterMs[attempt - 1]));
  }

  async #giveUp(message: JsMsg, content: unknown, error: unknown): Promise<void> {
    this.#options.log.error({ err: error, sequence: message.seq }, 'an event became a dead letter');
    const hopeless = {
      consumer: this.#options.consumer,
      message: content,
      eventType: this.#options.handler.contract.type,
      error,
      attempts: message.info.deliveryCount,
    };
    await keepDeadLetter(this.#options.outbox, hopeless, this.#options.signal);
    this.#options.settle(message, () => message.term());
  }

  #parse(message: JsMsg): { event: EventEnvelope } | { raw: unknown; error: unknown } {
    let raw: unknown = message.string();
    try {
      raw = JSON.parse(raw as string);
      return { event: readEvent(this.#options.handler.contract, raw) };
    } catch (error) {
      return { raw, error };
    }
  }
}
