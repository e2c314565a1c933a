import type { Random } from '@frontrow/kit/testing/random';
import type { Contestant } from '../contestant.ts';
import type { Peer } from '../contestants/peers.ts';
import type { Cost } from '../measuring/cost.ts';

/** How much work a scenario is given. */
export interface Amount {
  /** In all rounds together. */
  readonly count: number;
  readonly rounds: number;
  readonly warmUp: number;
  /** How many are to come per second, if they come by the clock. */
  readonly rate?: number | undefined;
}

/** What a scenario does with a contestant. */
export interface Course {
  /** Does the thing without measuring it, so that everything is compiled, connected and cached. */
  warmUp(): Promise<void>;
  round(): Promise<Cost>;
  /** Releases whatever it keeps. */
  end?(): void;
}

export interface Scenario {
  /** What is done, in one sentence. */
  readonly what: string;
  /** What is counted, in the plural: purchases. */
  readonly things: string;
  /** How many seats are sold or held each time; 0 if the scenario is not about seats. */
  readonly seatsEach: number;
  /** The peers that can do it, too. */
  readonly peers: readonly Peer[];
  readonly usual: Amount;
  /** Makes what the rounds need: halls and fans. */
  prepare(contestant: Contestant, amount: Amount, random: Random): Promise<Course>;
}
