import { Events } from '@frontrow/kit/nats';
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
import type { Acknowledged, OutboxRow, StoredEvent } from './publish-rows.ts';
import { publishAgain } from './republish.ts';
import { NotKept, rememberLast } from './stream-memory.ts';

/** How often the relay looks for events of a process that died before it published them, and for events to publish again, in ms. */
const lookEveryMs = 1_000;
/** Events younger than this, in ms, are left to the process that committed them. */
const leftAloneMs = 1_500;
/** In a rush, how often the relay records, all together, what the stream has taken, in ms. */
const noteEveryMs = 500;
/** When the oldest event of a full batch has waited for this long, in ms, the newest events are published beside the oldest. */
const behindMs = leftAloneMs + 500;
/** A batch that took longer, in ms, is published once more, because consumers compare older events with what they had. */
const mostMsToMark = 5_000;
/** How many events are on their way at a time; further ones are found in the database. */
const mostOnTheWay = 1_000;
/** How many times in a row, a second apart, the stream may fail to keep what it took before the relay empties it. */
const oftenEnough = 5;
/** How long a relay that stops goes on publishing what was committed, in ms: less than its process has for all its parts. */
const lastWordsMs = 8_000;

export interface RelayOptions {
  /** How often the stream is compared with what the relay remembers of it, in ms, in addition to after each disturbance. */
  readonly streamCheckMs?: number;
}

/**
 * Publishes the outbox, at least once. It publishes at once what its own process commits, without reading it from the database;
 * it finds there what other processes left behind, and any number of replicas may look: each takes rows that no other has locked. A
 * message that was published but not marked, because the process died or the acknowledgement was lost, is published again; the
 * stream drops the copy (`Nats-Msg-Id`), or the inbox does.
 */
export class Relay {
  readonly #outbox: Outbox;
  readonly #broker: Broker;
  readonly #log: Logger;
  readonly #loop: Repeating;
  readonly #streamCheckMs: number;
  /** By `performance.now()`; undefined after a disturbance: nothing is published until the stream has been looked at. */
  #streamCheckedAt: number | undefined;
  #looksAt = 0;
  #notKept = 0;
  /** Events committed here since the last disturbance, before the stream was looked at. */
  readonly #fresh: StoredEvent[] = [];
  readonly #onTheWay = new Set<Promise<void>>();
  #countOnTheWay = 0;
  /** Events that the stream has taken, and whose rows do not say so yet. */
  #acknowledged: Acknowledged[] = [];

  constructor(outbox: Outbox, broker: Broker, log: Logger, { streamCheckMs = 5_000 }: RelayOptions = {}) {
    this.#streamCheckMs = streamCheckMs;
    this.#outbox = outbox;
    this.#broker = broker;
    this.#log = log;
    this.#loop = repeat('publishing events', lookEveryMs, log, () => this.#run(leftAloneMs), {
      gapMs: noteEveryMs,
    });
    outbox.onCommit((events) => {
      this.#hear(events);
    });
    void this.#watchConnection();
  }

  /** Publishes what was committed until now if the broker is there; otherwise another replica will, or the next start. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    const giveUpAt = performance.now() + lastWordsMs;
    try {
      await Promise.all(this.#onTheWay);
      this.#looksAt = 0;
      while ((await this.#run(0)) === 'more' && performance.now() < giveUpAt);
    } catch (error) {
      this.#log.warn({ err: error }, 'the last events were left to be published later');
    }
  }

  /** Rejects unless events can be published now. */
  async check(): Promise<void> {
    await checkBroker(this.#broker);
    if (this.#streamCheckedAt === undefined) throw new Error('the stream was not found yet');
  }

  #hear(events: readonly StoredEvent[]): void {
    // Events without room or connection are found in the database later.
    if (!this.#broker.isConnected()) return;
    if (this.#countOnTheWay + this.#fresh.length + events.length > mostOnTheWay) return;
    if (this.#streamCheckedAt !== undefined) {
      void this.#send(events);
      return;
    }
    this.#fresh.push(...events);
    this.#loop.wake();
  }

  #send(events: readonly StoredEvent[]): Promise<void> {
    this.#countOnTheWay += events.length;
    const sending = publishRows(this.#broker, events).then(({ acknowledged, failure }) => {
      this.#countOnTheWay -= events.length;
      this.#onTheWay.delete(sending);
      this.#acknowledged.push(...acknowledged);
      if (failure !== undefined) this.#disturbed(failure);
      this.#loop.wake();
    });
    this.#onTheWay.add(sending);
    return sending;
  }

  #disturbed(failure: Error): void {
    if (this.#streamCheckedAt !== undefined)
      this.#log.warn({ reason: failure.message }, 'events were not taken');
    this.#streamCheckedAt = undefined;
  }

  /** @param leftAlone how old, in ms, events of other processes must be before they are published here */
  async #run(leftAlone: number): Promise<'more' | 'done'> {
    // Publishing would only lock rows until the acknowledgements are overdue; the reconnection wakes the relay.
    if (!this.#broker.isConnected()) return 'done';
    try {
      if (performance.now() - (this.#streamCheckedAt ?? -Infinity) > this.#streamCheckMs) {
        const wasLost = await republishWhatWasLost(this.#outbox.database, this.#broker);
        if (wasLost) this.#log.warn('the broker lost events; all that are retained are published again');
        this.#streamCheckedAt = performance.now();
      }
      if (this.#fresh.length > 0) await this.#send(this.#fresh.splice(0));
      await this.#note();
      return await this.#publishWhatIsLeft(leftAlone);
    } catch (error) {
      this.#streamCheckedAt = undefined;
      this.#notKept = error instanceof NotKept ? this.#notKept + 1 : 0;
      if (this.#notKept >= oftenEnough) await this.#emptyStream();
      throw error;
    }
  }

  /**
   * After a byte of its file has rotted, NATS 2.9 may take one event after another and keep none, so consumers would never get
   * another event. An empty stream has lost its end, which all relays notice: they publish again all that they retain.
   */
  async #emptyStream(): Promise<void> {
    this.#notKept = 0;
    this.#log.error('the stream keeps nothing any more: it is emptied, and all events are published again');
    await this.#broker.manager.streams.purge(streamName);
  }

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.#broker.connection.status()) {
      // The broker may come back without what it took before, and with something else in its place.
      if (type === Events.Disconnect) this.#acknowledged = [];
      if (type !== Events.Disconnect && type !== Events.Reconnect) continue;
      this.#streamCheckedAt = undefined;
      this.#looksAt = 0;
      this.#loop.wake();
    }
  }

  /** When this fails, the rows are found in the database and published once more. */
  async #note(): Promise<void> {
    const acknowledged = this.#acknowledged;
    this.#acknowledged = [];
    if (acknowledged.length === 0) return;
    await transaction(this.#outbox.database, (manager) => this.#mark(manager, acknowledged));
    this.#notKept = 0;
  }

  /** @param locked the rows of these events, if this transaction has locked them */
  async #mark(
    manager: EntityManager,
    acknowledged: readonly Acknowledged[],
    locked?: readonly OutboxRow[],
  ): Promise<void> {
    const publishedAt = new Date();
    const ids = acknowledged.map(({ id }) => id);
    // Locked rows are found by their primary key. Another process that marks the same events may have locked them in the index of
    // ids, and wait for the rows.
    const [index, column, values] =
      locked === undefined
        ? ['outbox_id', 'id', ids]
        : ['PRIMARY', 'position', locked.filter(({ id }) => ids.includes(id)).map((row) => row.position)];
    await manager.query(`UPDATE outbox FORCE INDEX (${index}) SET published_at = ? WHERE ${column} IN (?)`, [
      publishedAt,
      values,
    ]);
    // This comes last, because all relays of the service wait for each other here, and should wait for nothing else.
    await rememberLast(manager, this.#broker, lastOf(acknowledged));
    if (Date.now() - publishedAt.getTime() > mostMsToMark) throw new Error('events were marked too late');
  }

  async #publishWhatIsLeft(leftAlone: number): Promise<'more' | 'done'> {
    if (performance.now() < this.#looksAt) return 'done';
    const { database } = this.#outbox;
    const before = new Date(Date.now() - leftAlone);
    const left = await lookForWork(database.manager, before);
    const published = left.rows ? await this.#publishLeftBehind(before) : 'done';
    // Only one batch: then it is the turn of new events.
    const isAgain = left.republications ? await publishAgain(database, this.#broker) : 'done';
    if (published === 'more' || isAgain === 'more') return 'more';
    this.#looksAt = performance.now() + lookEveryMs;
    return 'done';
  }

  async #publishLeftBehind(before: Date): Promise<'more' | 'done'> {
    const { outcome, failure } = await transaction(this.#outbox.database, async (manager) => {
      const { rows, outcome } = await takeUnpublished(manager, before);
      const { acknowledged, failure } = await publishRows(this.#broker, rows);
      if (acknowledged.length > 0) await this.#mark(manager, acknowledged, rows);
      return { outcome, failure };
    });
    if (failure !== undefined) throw failure;
    this.#notKept = 0;
    return outcome;
  }
}

/** One statement that locks nothing: nearly always there is nothing left. */
async function lookForWork(
  manager: EntityManager,
  before: Date,
): Promise<{ rows: boolean; republications: boolean }> {
  const [row] = await manager.query<Record<'unpublished' | 'again', string | number>[]>(
    `SELECT EXISTS (SELECT 1 FROM outbox FORCE INDEX (outbox_unpublished)
                    WHERE published_at IS NULL AND created_at <= ?) AS unpublished,
            EXISTS (SELECT 1 FROM republications) AS again`,
    [before],
  );
  return { rows: Number(row?.unpublished) === 1, republications: Number(row?.again) === 1 };
}

/** The oldest rows and, when these are late, also the newest: so a new event never waits for the end of the backlog. */
async function takeUnpublished(
  manager: EntityManager,
  before: Date,
): Promise<{ rows: OutboxRow[]; outcome: 'more' | 'done' }> {
  const take = (and: string, order: 'ASC' | 'DESC', ...given: unknown[]) =>
    manager.query<OutboxRow[]>(
      `SELECT ${rowColumns} FROM outbox FORCE INDEX (outbox_unpublished) WHERE published_at IS NULL AND created_at <= ? ${and}
       ORDER BY position ${order} LIMIT ${String(batchSize)} FOR UPDATE SKIP LOCKED`,
      [before, ...given],
    );
  const oldest = await take('', 'ASC');
  if (oldest.length < batchSize) return { rows: oldest, outcome: 'done' };
  const [first, last] = [oldest[0], oldest.at(-1)] as [OutboxRow, OutboxRow];
  const isBehind = Date.now() - first.created_at.getTime() > behindMs;
  const newest = isBehind ? await take('AND position > ?', 'DESC', last.position) : [];
  return { rows: [...oldest, ...newest], outcome: 'more' };
}
