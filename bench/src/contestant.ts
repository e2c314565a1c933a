import type { GraphqlClient } from './graphql-client.ts';
import type { DatabaseWork } from './measuring/database.ts';

/** A hall with all its seats for sale. */
export interface Sale {
  readonly concertId: string;
  readonly scheduleId: string;
  readonly seatIds: readonly string[];
}

/** Somebody who is logged in, has points, and has been let in. */
export interface Buyer {
  readonly token: string;
  /** What the waiting room gave: `HoldSeatsInput.admissionToken`. */
  readonly pass: string;
}

/** Where a contestant keeps what it has, looked at from outside. */
export interface Database {
  /** What it has done so far, without what was asked here. */
  work(): Promise<DatabaseWork>;
  /** Its version, what makes it durable, and what figures depend on besides. */
  settings(): Promise<Readonly<Record<string, string>>>;
}

/** A system that sells seats by Frontrow's API, Frontrow itself or something to hold against it. */
export interface Contestant {
  readonly name: string;
  /** Which of its versions it is; of Frontrow, the commit. */
  readonly version: string;
  /** How many of earlier sales were made in its databases. */
  readonly reservationsBefore: number;
  /** Of its API. */
  readonly url: string;
  readonly client: GraphqlClient;
  readonly database: Database;
  /** Its processes, the database server's included. */
  readonly pids: Readonly<Record<string, number>>;
  /** More processes that make its load. */
  readonly generators: number[];
  /** How much more it is given to do than Frontrow, so that its rounds are not over in a blink. */
  readonly share: number;
  openSale(seats: number): Promise<Sale>;
  /** Lets so many of this waiting room in, all in all; those of a new sale are let in as they come. */
  letIn(concertId: string, count: number): Promise<void>;
  /** Access tokens of fans who have an account and nothing else. */
  accounts(count: number): Promise<readonly string[]>;
  buyers(sale: Sale, count: number): Promise<readonly Buyer[]>;
  /** Settles when the seats of this reservation are SOLD. @returns when that was seen, by the clock of `performance.now()` */
  sold(reservationId: string): Promise<number>;
  /** Settles when all that follows from what was done so far has been done. */
  rest(): Promise<void>;
  /** What is wrong with what it has stored. */
  audit(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Points. */
export const seatPrice = 1_000;
export const chargedPoints = 100_000;
