import type { DataSource, EntityManager } from 'typeorm';
import { transaction } from '@frontrow/kit/database';
import type { RetryOptions } from '@frontrow/kit/database';
import { newId } from '@frontrow/kit/ids';
import { currentTraceparent } from '@frontrow/kit/trace';
import type { EventEnvelope, NewEvent } from './contract.ts';

/** A local transaction whose events commit with it, or are never heard of. */
export interface Transaction {
  readonly manager: EntityManager;
  /** Notes an event; it is stored with the state change and published after the commit. */
  emit(...events: NewEvent[]): void;
  /** Makes the transaction end with a rollback instead of a commit; returns `answer` for convenience. */
  undo<T>(answer: T): T;
}

/** An event and the trace of the work that emitted it. */
interface Emitted {
  readonly event: NewEvent;
  readonly traceparent: string | undefined;
}

/**
 * The transactional outbox: a state change and its events are rows of one database, written in one transaction.
 * Source: https://microservices.io/patterns/data/transactional-outbox.html
 */
export class Outbox {
  readonly database: DataSource;
  readonly #source: string;
  readonly #listeners: (() => void)[] = [];

  /** @param service the publishing service's name, e.g. `payments` */
  constructor(database: DataSource, service: string) {
    this.database = database;
    this.#source = `/frontrow/${service}`;
  }

  /** Called after each commit that stored events. */
  onCommit(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Runs `work` in a transaction and stores what it emitted. `work` may run several times (see `transaction` of
   * the kit), of which one counts.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, options?: RetryOptions): Promise<T> {
    const attempt = async (manager: EntityManager) => {
      const emitted: Emitted[] = [];
      const state = { undone: false };
      const answer = await work({
        manager,
        emit: (...events) => {
          emitted.push(...events.map((event) => ({ event, traceparent: currentTraceparent() })));
        },
        undo: (answer) => {
          state.undone = true;
          return answer;
        },
      });
      if (state.undone) throw new Undone(answer);
      await this.#store(manager, emitted);
      return { answer, stored: emitted.length > 0 };
    };
    try {
      const { answer, stored } = await transaction(this.database, attempt, options);
      if (stored) for (const listener of this.#listeners) listener();
      return answer;
    } catch (error) {
      if (error instanceof Undone) return error.answer as T;
      throw error;
    }
  }

  async #store(manager: EntityManager, emitted: Emitted[]): Promise<void> {
    if (emitted.length === 0) return;
    const now = new Date();
    const rows = emitted.map(({ event, traceparent }) => {
      const envelope: EventEnvelope = {
        specversion: '1.0',
        id: newId(),
        source: this.#source,
        type: event.type,
        subject: event.subject,
        time: now.toISOString(),
        datacontenttype: 'application/json',
        traceparent,
        data: event.data,
      };
      return [envelope.id, envelope.type, envelope.subject, JSON.stringify(envelope), now];
    });
    await manager.query('INSERT INTO outbox (id, type, subject, envelope, created_at) VALUES ?', [rows]);
  }
}

/** Rolls a transaction back without being a failure. */
class Undone extends Error {
  readonly answer: unknown;

  constructor(answer: unknown) {
    super('the transaction was undone');
    this.answer = answer;
  }
}
