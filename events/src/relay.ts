import type { EntityManager } from 'typeorm';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { transaction } from '@frontrow/kit/database';
import { checkBroker, ensureStream, streamName, subjectOf } from './broker.ts';
import type { Broker } from './broker.ts';
import type { Outbox } from './outbox.ts';

/** How many rows are published with their acknowledgements in flight together. */
const batchSize = 200;
/** Rows that a process committed and died before publishing are found by another one within this time. */
const idleMs = 1_000;
/** How often the stream is compared with what the relay remembers of it, besides after each disturbance. */
const streamCheckMs = 5_000;

interface OutboxRow {
  position: string;
  id: string;
  type: string;
  subject: string;
  envelope: string;
}

/**
 * Publishes what the outbox holds, at least once, as soon as it is committed. Any number of replicas may run it: each
 * takes rows that no other one has locked. A message that was published, but not marked so because the process died
 * or the acknowledgement was lost, is published again; the stream drops the copy (`Nats-Msg-Id`), or the inbox does.
 */
export class Relay {
  readonly #outbox: Outbox;
  readonly #broker: Broker;
  readonly #loop: Repeating;
  #streamCheckedAt = 0;

  constructor(outbox: Outbox, broker: Broker, log: Logger) {
    this.#outbox = outbox;
    this.#broker = broker;
    this.#loop = repeat('publishing events', idleMs, log, () => this.#run());
    outbox.onCommit(() => {
      this.#loop.wake();
    });
    void this.#watchConnection();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Rejects unless events can be published now. */
  async check(): Promise<void> {
    await checkBroker(this.#broker);
    if (this.#streamCheckedAt === 0) throw new Error('the stream was not found yet');
  }

  async #run(): Promise<'more' | 'done'> {
    if (Date.now() - this.#streamCheckedAt > streamCheckMs) {
      await this.#compareStream();
      this.#streamCheckedAt = Date.now();
    }
    try {
      return await this.#publishBatch();
    } catch (error) {
      this.#streamCheckedAt = 0;
      throw error;
    }
  }

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.#broker.connection.status()) {
      if (type !== 'reconnect') continue;
      this.#streamCheckedAt = 0;
      this.#loop.wake();
    }
  }

  async #publishBatch(): Promise<'more' | 'done'> {
    const { published, failure } = await transaction(this.#outbox.database, async (manager) => {
      const rows = await manager.query<OutboxRow[]>(
        `SELECT position, id, type, subject, envelope FROM outbox
         WHERE published_at IS NULL ORDER BY position LIMIT ${String(batchSize)} FOR UPDATE SKIP LOCKED`,
      );
      const outcomes = await Promise.allSettled(rows.map((row) => this.#publish(row)));
      const acknowledged = rows.flatMap((row, i) => {
        const outcome = outcomes[i];
        return outcome?.status === 'fulfilled' ? [{ position: row.position, sequence: outcome.value }] : [];
      });
      await markPublished(manager, acknowledged);
      return {
        published: acknowledged.length,
        failure: outcomes.find((outcome) => outcome.status === 'rejected'),
      };
    });
    if (failure !== undefined) throw failure.reason as Error;
    return published === batchSize ? 'more' : 'done';
  }

  /** @returns the sequence that the stream gave the message */
  async #publish(row: OutboxRow): Promise<number> {
    const ack = await this.#broker.stream.publish(subjectOf(row.type, row.subject), row.envelope, {
      msgID: row.id,
    });
    return ack.seq;
  }

  /**
   * The database is the truth; the stream only carries. When the broker has lost the stream, or its end, everything
   * that the outbox still has of it is published again. The row lock lets one replica do it.
   */
  async #compareStream(): Promise<void> {
    await ensureStream(this.#broker);
    const { created, state } = await this.#broker.manager.streams.info(streamName);
    await transaction(this.#outbox.database, async (manager) => {
      await manager.query(
        'INSERT IGNORE INTO relay_state (stream, stream_created_at, last_sequence) VALUES (?, ?, 0)',
        [streamName, created],
      );
      const [remembered] = await manager.query<{ stream_created_at: string; last_sequence: string }[]>(
        'SELECT stream_created_at, last_sequence FROM relay_state WHERE stream = ? FOR UPDATE',
        [streamName],
      );
      const isOther = remembered?.stream_created_at !== created;
      if (!isOther && state.last_seq >= Number(remembered.last_sequence)) return;
      await manager.query(
        'UPDATE outbox SET published_at = NULL, stream_sequence = NULL WHERE published_at IS NOT NULL AND stream_sequence > ?',
        [isOther ? 0 : state.last_seq],
      );
      await manager.query(
        'UPDATE relay_state SET stream_created_at = ?, last_sequence = ? WHERE stream = ?',
        [created, isOther ? 0 : state.last_seq, streamName],
      );
    });
  }
}

async function markPublished(
  manager: EntityManager,
  acknowledged: { position: string; sequence: number }[],
): Promise<void> {
  if (acknowledged.length === 0) return;
  const positions = acknowledged.map(({ position }) => position);
  const sequences = acknowledged.map(({ sequence }) => sequence);
  await manager.query(
    `UPDATE outbox SET published_at = ?, stream_sequence = ELT(FIELD(position, ?), ?) WHERE position IN (?)`,
    [new Date(), positions, sequences, positions],
  );
  await manager.query('UPDATE relay_state SET last_sequence = GREATEST(last_sequence, ?) WHERE stream = ?', [
    Math.max(...sequences),
    streamName,
  ]);
}
