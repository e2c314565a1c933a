/** Numbers that follow from a seed: mulberry32, by Tommy Ettinger. Its functions may be taken apart from it. */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed | 0;
  }

  /** 0 ≤ x < 1 */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** A whole number from `least` to `most`. */
  readonly between = (least: number, most: number): number =>
    least + Math.floor(this.next() * (most - least + 1));

  /** A whole number from 0 to `limit`, without that. */
  readonly below = (limit: number): number => this.between(0, limit - 1);

  readonly pick = <T>(from: readonly T[]): T => from[this.below(from.length)] as T;

  /** The items in their order, in groups of 1 to `most`. */
  readonly groups = <T>(items: readonly T[], most: number): T[][] => {
    const rest = [...items];
    const groups: T[][] = [];
    while (rest.length > 0) groups.push(rest.splice(0, this.between(1, most)));
    return groups;
  };
}

/** Chance for a test. Its seed is printed at once, so that it is known however the test ends; with it, the same comes again. */
export function randomFrom(seed = Math.trunc(Math.random() * 2 ** 31)): Random {
  console.log(`seed ${seed}`);
  return new Random(seed);
}

/** Cards that are dealt in random order. Each comes once before any comes again, so in a long run none is missing. */
export class Deck<Card> {
  readonly #cards: readonly Card[];
  readonly #random: Random;
  #left: Card[] = [];

  constructor(random: Random, cards: readonly Card[]) {
    this.#random = random;
    this.#cards = cards;
  }

  deal(): Card {
    if (this.#left.length === 0) this.#left = [...this.#cards];
    return this.#left.splice(this.#random.between(0, this.#left.length - 1), 1)[0] as Card;
  }
}
