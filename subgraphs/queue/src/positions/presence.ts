import { transaction } from '@frontrow/kit/database';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import { markSeen } from '../storage/tickets.ts';

/** How often a fan's presence is noted, in ms; much shorter than the grace of `room.ts`. */
const noteEveryMs = 30_000;
const lookEveryMs = 3_000;
const soonestMs = 500;
const batchSize = 1_000;

/**
 * Fans who follow their waiting tickets are not away. Their presence is noted when they come, every 30 s, and when they go, because the
 * grace begins then. A few statements note thousands of fans.
 */
export class Presence {
  readonly #database: DataSource;
  /** For each ticket, the number of its subscriptions and when presence was last noted (`performance.now()`). */
  readonly #present = new Map<string, { subscriptions: number; notedAt: number }>();
  readonly #gone = new Set<string>();
  readonly #loop;

  constructor(database: DataSource, log: Logger) {
    this.#database = database;
    this.#loop = repeat('noting who is there', lookEveryMs, log, () => this.#note(), { gapMs: soonestMs });
  }

  come(ticketId: string): void {
    const found = this.#present.get(ticketId);
    if (found !== undefined) found.subscriptions++;
    else {
      this.#present.set(ticketId, { subscriptions: 1, notedAt: -Infinity });
      this.#loop.wake();
    }
  }

  go(ticketId: string): void {
    const found = this.#present.get(ticketId);
    if (found === undefined || --found.subscriptions > 0) return;
    this.#present.delete(ticketId);
    this.#gone.add(ticketId);
  }

  /** Notes everybody's presence for the last time: they have the whole grace to come back to another replica. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    for (const ticket of this.#present.values()) ticket.notedAt = -Infinity;
    await this.#note();
  }

  async #note(): Promise<'done'> {
    const now = performance.now();
    const due = [...this.#gone];
    for (const [id, { notedAt }] of this.#present) if (now - notedAt >= noteEveryMs) due.push(id);
    for (let start = 0; start < due.length; start += batchSize) {
      // In a fixed order, like all transactions that lock several tickets.
      const batch = due.slice(start, start + batchSize).sort();
      await transaction(this.#database, (manager) => markSeen(manager, batch));
      for (const id of batch) {
        this.#gone.delete(id);
        const ticket = this.#present.get(id);
        if (ticket !== undefined) ticket.notedAt = now;
      }
    }
    return 'done';
  }
}
