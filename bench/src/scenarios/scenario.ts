import type { Random } from '@frontrow/stack/testing/random';
import type { Contestant } from '../contestant.ts';
import type { Peer } from '../contestants/peers.ts';
import type { Cost } from '../measuring/cost.ts';

/** How much is asked of a scenario. */
export interface Amount {
  /** All rounds together. */
  readonly count: number;
  readonly rounds: number;
  readonly warmUp: number;
  /** How many a second shall come, where they come by the clock. */
  readonly rate?: number | undefined;
}

/** What a scenario does with a contestant. */
export interface Course {
  /** Has it done once, without counting it, so that everything is compiled, connected and cached. */
  warmUp(): Promise<void>;
  round(): Promise<Cost>;
  /** Lets go of whatever it keeps. */
  end?(): void;
}

export interface Scenario {
  /** What is done, in a sentence. */
  readonly what: string;
  /** What is counted, in the plural: purchases. */
  readonly things: string;
  /** How many seats are sold or held with each; 0 where it is not about seats. */
  readonly seatsEach: number;
  /** Which peers can do it, too. */
  readonly peers: readonly Peer[];
  readonly usual: Amount;
  /** Makes what the rounds need: halls and fans. */
  prepare(contestant: Contestant, amount: Amount, random: Random): Promise<Course>;
}
