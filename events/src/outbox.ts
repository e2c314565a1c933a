import type { DataSource, EntityManager } from 'typeorm';
import { transaction } from '@frontrow/kit/database';
import type { RetryOptions } from '@frontrow/kit/database';
import { newId } from '@frontrow/kit/ids';
import type { Logger } from '@frontrow/kit/log';
import { currentTraceparent } from '@frontrow/kit/trace';
import type { EventEnvelope, NewEvent } from './contract.ts';
import { allContracts } from './contracts/all.ts';
import type { StoredEvent } from './publish-rows.ts';
import { checkRoute } from './routes.ts';

/** A local transaction. Its events are stored by its commit; if it rolls back, they are never published. */
export interface Transaction {
  readonly manager: EntityManager;
  /** Emits an event: it is stored with the state change and published after the commit. */
  emit(...events: NewEvent[]): void;
  /** Makes the transaction end with a rollback instead of a commit; returns `answer` for convenience. */
  undo<T>(answer: T): T;
  /**
   * Calls `listener` once this transaction has committed. A listener that is given several times is called once. What it throws is
   * logged, because it changes nothing about the commit.
   */
  afterCommit(listener: () => void): void;
}

/** Less than NATS takes (1 MB): an event that the broker would always refuse must not be committed. */
const maxEnvelopeBytes = 512 * 1024;

const contracts = new Map(allContracts.map((contract) => [contract.type, contract]));

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
  readonly service: string;
  readonly #log: Logger | undefined;
  readonly #listeners: ((events: readonly StoredEvent[]) => void)[] = [];

  /** @param service the publishing service's name, e.g. `payments` */
  constructor(database: DataSource, service: string, log?: Logger) {
    this.database = database;
    this.service = service;
    this.#log = log;
  }

  /** Called after each commit that stored events, with these events. What it throws is logged. */
  onCommit(listener: (events: readonly StoredEvent[]) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Runs `work` in a transaction and stores what it emitted. `work` may run several times (see `transaction` of
   * the kit), but only one run commits.
   * @throws when an event breaks its contract or is not this service's to publish, which is a bug: nothing is committed
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, options?: RetryOptions): Promise<T> {
    const attempt = async (manager: EntityManager) => {
      const emitted: Emitted[] = [];
      const listeners = new Set<() => void>();
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
        afterCommit: (listener) => {
          listeners.add(listener);
        },
      });
      if (state.undone) throw new Undone(answer);
      const events = await this.#store(manager, emitted);
      return { answer, events, listeners };
    };
    try {
      const { answer, events, listeners } = await transaction(this.database, attempt, options);
      if (events.length > 0) for (const listener of this.#listeners) this.#tell(() => listener(events));
      for (const listener of listeners) this.#tell(listener);
      return answer;
    } catch (error) {
      if (error instanceof Undone) return error.answer as T;
      throw error;
    }
  }

  /** The commit is done, so a listener that fails must affect neither the caller nor the other listeners. */
  #tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#log?.error({ err: error }, 'a listener failed after a commit');
    }
  }

  async #store(manager: EntityManager, emitted: Emitted[]): Promise<StoredEvent[]> {
    if (emitted.length === 0) return [];
    const now = new Date();
    const events = emitted.map(({ event, traceparent }) => {
      const contract = contracts.get(event.type);
      if (contract === undefined) throw new Error(`${event.type} has no contract`);
      checkRoute(this.service, 'publish', event.type);
      const envelope: EventEnvelope = {
        specversion: '1.0',
        id: newId(),
        source: `/frontrow/${this.service}`,
        type: event.type,
        subject: event.subject,
        time: now.toISOString(),
        datacontenttype: 'application/json',
        traceparent,
        data: contract.data.parse(event.data),
      };
      const text = JSON.stringify(envelope);
      if (Buffer.byteLength(text) > maxEnvelopeBytes) throw new Error(`this ${event.type} is too large`);
      return { id: envelope.id, type: envelope.type, subject: envelope.subject, envelope: text };
    });
    await manager.query('INSERT INTO outbox (id, type, subject, envelope, created_at) VALUES ?', [
      events.map(({ id, type, subject, envelope }) => [id, type, subject, envelope, now]),
    ]);
    return events;
  }
}

/** Rolls a transaction back without counting as a failure. */
class Undone extends Error {
  readonly answer: unknown;

  constructor(answer: unknown) {
    super('the transaction was undone');
    this.answer = answer;
  }
}
