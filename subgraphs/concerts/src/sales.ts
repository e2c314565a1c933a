import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import type { ScheduleOnSale } from './domain/sale.ts';
import { findSale } from './storage/schedules.ts';

const mostSales = 200;
/**
 * How many ms pass at most until a replica notices that an operator has changed a sale. Seats are never held by an outdated sale, because
 * `takeSeats` looks again; only a refusal can be so late.
 */
const keptMs = 1_000;

/** Thrown in a transaction whose sale has changed since it was read. */
export class SaleChanged extends Error {}

interface Known {
  /** In ms since 1970. */
  readonly readAt: number;
  readonly sale: Promise<ScheduleOnSale | null>;
}

/** The schedules that are being sold now, in memory, because all who hold seats of one need to know the same about it. */
export class Sales {
  readonly #manager: EntityManager;
  readonly #known = new LRUCache<string, Known>({ max: mostSales });

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  find(scheduleId: string, now: Date): Promise<ScheduleOnSale | null> {
    const known = this.#known.get(scheduleId);
    if (known !== undefined && Math.abs(now.getTime() - known.readAt) < keptMs) return known.sale;
    const sale = findSale(this.#manager, scheduleId);
    const one = { readAt: now.getTime(), sale };
    this.#known.set(scheduleId, one);
    const forget = () => {
      if (this.#known.get(scheduleId) === one) this.#known.delete(scheduleId);
    };
    sale.then((found) => {
      if (found === null) forget();
    }, forget);
    return sale;
  }

  /** Called when the sale is known to have changed. */
  forget(scheduleId: string): void {
    this.#known.delete(scheduleId);
  }
}
