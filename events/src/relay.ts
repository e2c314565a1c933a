import { Events } from 'nats';
import type { EntityManager } from 'typeorm';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import { transaction } from '@frontrow/kit/database';
import { checkBroker, streamName } from './broker.ts';
import type { Broker } from './broker.ts';
import { republishWhatWasLost } from './lost-stream.ts';
import type { Outbox } from './outbox.ts';
import { batchSize, lastOf, publishRows, rowColumns } from './publish-rows.ts';
import type { OutboxRow } from './publish-rows.ts';
import { publishAgain } from './republish.ts';
import { NotKept, rememberLast } from './stream-memory.ts';

/** Rows that a process committed and died before publishing are found by another one within this time. */
const idleMs = 1_000;
/** When the oldest of a whole batch has waited for so long, the newest events do not wait for their turn. */
const behindMs = 500;
/** A batch that took longer is published once more: consumers compare what is older than that with what they had. */
const mostMsToMark = 5_000;
/** So many times one after the other, a second apart, does a stream not keep what it took before it is given up. */
const oftenEnough = 5;
/** For how long a relay that stops goes on publishing what was committed: less than its process has for all its parts. */
const lastWordsMs = 8_000;

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
  #looksForRepublicationsAt = 0;
  #notKept = 0;

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
    const giveUpAt = performance.now() + lastWordsMs;
    try {
      while ((await this.#run()) === 'more' && performance.now() < giveUpAt);
    } catch (error) {
      this.#log.warn({ err: error }, 'the last events were left to be published later');
    }
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
        const wasLost = await republishWhatWasLost(this.#outbox.database, this.#broker);
        if (wasLost) this.#log.warn('the broker lost events; all that are retained are published again');
        this.#streamCheckedAt = Date.now();
      }
      const published = await this.#publishNew();
      const isAgain = await this.#publishAgain();
      this.#notKept = 0;
      return published === 'more' || isAgain === 'more' ? 'more' : 'done';
    } catch (error) {
      this.#streamCheckedAt = 0;
      this.#notKept = error instanceof NotKept ? this.#notKept + 1 : 0;
      if (this.#notKept >= oftenEnough) await this.#emptyStream();
      throw error;
    }
  }

  /**
   * After a byte of its file has rotted NATS 2.9 may take one event after the other and keep none: no consumer would ever get
   * another one. An empty stream is one that has lost its end, which all relays notice: they publish again all that they retain.
   */
  async #emptyStream(): Promise<void> {
    this.#notKept = 0;
    this.#log.error('the stream keeps nothing any more: it is emptied, and all events are published again');
    await this.#broker.manager.streams.purge(streamName);
  }

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.#broker.connection.status()) {
      if (type !== Events.Reconnect) continue;
      this.#streamCheckedAt = 0;
      this.#loop.wake();
    }
  }

  async #publishNew(): Promise<'more' | 'done'> {
    const { outcome, failure } = await transaction(this.#outbox.database, async (manager) => {
      const { rows, outcome } = await takeUnpublished(manager);
      const { acknowledged, failure } = await publishRows(this.#broker, rows);
      if (acknowledged.length > 0) {
        const publishedAt = new Date();
        const positions = acknowledged.map(({ row }) => row.position);
        await manager.query('UPDATE outbox SET published_at = ? WHERE position IN (?)', [
          publishedAt,
          positions,
        ]);
        // Last, since all relays of the service wait for each other here: who may go on waits for nothing more.
        await rememberLast(manager, this.#broker, lastOf(acknowledged));
        if (Date.now() - publishedAt.getTime() > mostMsToMark) throw new Error('events were marked too late');
      }
      return { outcome, failure };
    });
    if (failure !== undefined) throw failure;
    return outcome;
  }

  /** One batch: then new events have their turn. A replica looks for work of this kind as often as for rows left behind. */
  async #publishAgain(): Promise<'more' | 'done'> {
    if (performance.now() < this.#looksForRepublicationsAt) return 'done';
    const outcome = await publishAgain(this.#outbox.database, this.#broker);
    if (outcome === 'done') this.#looksForRepublicationsAt = performance.now() + idleMs / 2;
    return outcome;
  }
}

/** The oldest rows, and when these are late, the newest ones as well: however long the backlog is, nothing new waits for its end. */
async function takeUnpublished(
  manager: EntityManager,
): Promise<{ rows: OutboxRow[]; outcome: 'more' | 'done' }> {
  const take = (and: string, order: 'ASC' | 'DESC', ...given: unknown[]) =>
    manager.query<OutboxRow[]>(
      `SELECT ${rowColumns} FROM outbox FORCE INDEX (outbox_unpublished) WHERE published_at IS NULL ${and}
       ORDER BY position ${order} LIMIT ${String(batchSize)} FOR UPDATE SKIP LOCKED`,
      given,
    );
  const oldest = await take('', 'ASC');
  if (oldest.length < batchSize) return { rows: oldest, outcome: 'done' };
  const [first, last] = [oldest[0], oldest.at(-1)] as [OutboxRow, OutboxRow];
  const isBehind = Date.now() - first.created_at.getTime() > behindMs;
  const newest = isBehind ? await take('AND position > ?', 'DESC', last.position) : [];
  return { rows: [...oldest, ...newest], outcome: 'more' };
}
