import { Events } from 'nats';
import type { EntityManager } from 'typeorm';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { transaction } from '@frontrow/kit/database';
import { checkBroker, messageId, subjectOf } from './broker.ts';
import type { Broker } from './broker.ts';
import { forgetWhatWasLost, rememberLast } from './lost-stream.ts';
import type { Outbox } from './outbox.ts';

/** How many rows are published with their acknowledgements in flight together. */
const batchSize = 200;
/** Rows that a process committed and died before publishing are found by another one within this time. */
const idleMs = 1_000;

interface OutboxRow {
  position: string;
  id: string;
  type: string;
  subject: string;
  envelope: string;
  /** How often somebody asked for it to be published again. */
  replays: number;
}

interface Acknowledged {
  readonly row: OutboxRow;
  /** The number that the stream gave the message. */
  readonly sequence: number;
}

export interface RelayOptions {
  /** How often the stream is compared with what the relay remembers of it, besides after each disturbance. */
  readonly streamCheckMs?: number;
}

/**
 * Publishes what the outbox holds, at least once, as soon as it is committed. Any number of replicas may run it: each
 * takes rows that no other one has locked. A message that was published, but not marked so because the process died
 * or the acknowledgement was lost, is published again; the stream drops the copy (`Nats-Msg-Id`), or the inbox does.
 */
export class Relay {
  readonly #outbox: Outbox;
  readonly #broker: Broker;
  readonly #log: Logger;
  readonly #loop: Repeating;
  readonly #streamCheckMs: number;
  #streamCheckedAt = 0;

  constructor(outbox: Outbox, broker: Broker, log: Logger, { streamCheckMs = 5_000 }: RelayOptions = {}) {
    this.#streamCheckMs = streamCheckMs;
    this.#outbox = outbox;
    this.#broker = broker;
    this.#log = log;
    this.#loop = repeat('publishing events', idleMs, log, () => this.#run());
    outbox.onCommit(() => {
      this.#loop.wake();
    });
    void this.#watchConnection();
  }

  /** Publishes what was committed until now, if the broker is there; else another replica will, or the next start. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#run().catch((error: unknown) => {
      this.#log.warn({ err: error }, 'the last events were left to be published later');
    });
  }

  /** Rejects unless events can be published now. */
  async check(): Promise<void> {
    await checkBroker(this.#broker);
    if (this.#streamCheckedAt === 0) throw new Error('the stream was not found yet');
  }

  async #run(): Promise<'more' | 'done'> {
    // Nothing would come of it but rows locked until the acknowledgements are overdue; the reconnection wakes us.
    if (!this.#broker.isConnected()) return 'done';
    try {
      if (Date.now() - this.#streamCheckedAt > this.#streamCheckMs) {
        const wasLost = await forgetWhatWasLost(this.#outbox.database, this.#broker);
        if (wasLost) this.#log.warn('the broker lost events; all that are retained are published again');
        this.#streamCheckedAt = Date.now();
      }
      return await this.#publishBatch();
    } catch (error) {
      this.#streamCheckedAt = 0;
      throw error;
    }
  }

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.#broker.connection.status()) {
      if (type !== Events.Reconnect) continue;
      this.#streamCheckedAt = 0;
      this.#loop.wake();
    }
  }

  async #publishBatch(): Promise<'more' | 'done'> {
    const { count, failure } = await transaction(this.#outbox.database, async (manager) => {
      const rows = await manager.query<OutboxRow[]>(
        `SELECT position, id, type, subject, envelope, replays FROM outbox
         WHERE published_at IS NULL ORDER BY position LIMIT ${String(batchSize)} FOR UPDATE SKIP LOCKED`,
      );
      const outcomes = await Promise.allSettled(rows.map((row) => this.#publish(row)));
      const acknowledged = outcomes.flatMap((outcome) =>
        outcome.status === 'fulfilled' ? [outcome.value] : [],
      );
      if (acknowledged.length > 0) {
        await markPublished(manager, acknowledged);
        // Last, since all relays of the service wait for each other here: who may go on waits for nothing more.
        const { row, sequence } = acknowledged.reduce((a, b) => (b.sequence > a.sequence ? b : a));
        await rememberLast(manager, this.#broker, { id: row.id, sequence });
      }
      return { count: rows.length, failure: outcomes.find((outcome) => outcome.status === 'rejected') };
    });
    if (failure !== undefined) throw failure.reason as Error;
    return count === batchSize ? 'more' : 'done';
  }

  async #publish(row: OutboxRow): Promise<Acknowledged> {
    const subject = subjectOf(row.type, row.subject);
    const { seq } = await this.#broker.stream.publish(subject, row.envelope, {
      msgID: messageId(row.id, row.replays),
    });
    return { row, sequence: seq };
  }
}

async function markPublished(manager: EntityManager, acknowledged: Acknowledged[]): Promise<void> {
  const positions = acknowledged.map(({ row }) => row.position);
  const sequences = acknowledged.map(({ sequence }) => sequence);
  await manager.query(
    `UPDATE outbox SET published_at = ?, stream_sequence = ELT(FIELD(position, ?), ?) WHERE position IN (?)`,
    [new Date(), positions, sequences, positions],
  );
}
