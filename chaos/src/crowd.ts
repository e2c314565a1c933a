import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { PurchasingFan } from './purchasing-fan.ts';
import { insistUntil } from './insist.ts';
import type { Insist } from './insist.ts';
import type { Market } from './market.ts';
import type { Intent, Purchase } from './purchase.ts';
import { Deck, Random } from '@frontrow/kit/testing/random';

export interface Habits {
  /** The intents of the fans, in turn. */
  readonly intents: readonly Intent[];
  /** How many fans are in the middle of a purchase at any time. */
  readonly atOnce: number;
}

/** Fans who buy one after the other, until the doors close. */
export class Crowd {
  readonly purchases: Purchase[] = [];
  /** How often a request had to be repeated, by reason. */
  readonly repeated = new Map<string, number>();
  /** Answers that make no sense. */
  readonly complaints: string[] = [];
  /** The longest time that a fan waited for an answer, including all repetitions, in ms. */
  longestWaitMs = 0;
  readonly #patience = new AbortController();
  readonly #everybody: Promise<unknown>;
  readonly #ends = new EventEmitter();
  #isOpen = true;

  constructor(market: Market, seed: number, { intents, atOnce }: Habits) {
    const random = new Random(seed);
    const wishes = new Deck(random, intents);
    const trying = insistUntil(this.#patience.signal, (reason) => {
      this.repeated.set(reason, (this.repeated.get(reason) ?? 0) + 1);
    });
    const insist: Insist = async (attempt) => {
      const begunAt = performance.now();
      const answer = await trying(attempt);
      this.longestWaitMs = Math.max(this.longestWaitMs, performance.now() - begunAt);
      return answer;
    };
    const oneByOne = async () => {
      while (this.#isOpen) {
        const purchase: Purchase = { intent: wishes.deal(), begunAt: Date.now(), charged: 0 };
        this.purchases.push(purchase);
        await new PurchasingFan(market, purchase, random, insist).goThrough().catch((error: unknown) => {
          if (!this.#patience.signal.aborted) this.complaints.push(String(error));
        });
        this.#ends.emit('end');
      }
    };
    this.#everybody = Promise.all(Array.from({ length: atOnce }, oneByOne));
  }

  /** Resolves when the next purchase has ended, in whatever way, or after 10 s. */
  async untilNextEnds(): Promise<void> {
    await once(this.#ends, 'end', { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  }

  /** Lets no more fans begin, and gives the others `ms` to finish. */
  async closeDoors(ms: number): Promise<void> {
    this.#isOpen = false;
    await Promise.race([this.#everybody, pause(ms, undefined, { ref: false })]);
    this.#patience.abort();
  }
}
