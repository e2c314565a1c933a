import type { Sought } from './bulk-sale/purchases.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { DatabaseWork } from './measuring/database.ts';

/** A hall with all its seats for sale. */
export interface Sale {
  readonly concertId: string;
  readonly scheduleId: string;
  readonly seatIds: readonly string[];
}

/** A fan who is logged in, has points, and is admitted. */
export interface AdmittedFan {
  readonly token: string;
  /** The pass from the waiting room: `HoldSeatsInput.admissionToken`. */
  readonly pass: string;
}

/** The database of a contestant, as seen from outside. */
export interface Database {
  /** What it has done so far, without the queries of this probe. */
  work(): Promise<DatabaseWork>;
  /** Its version, the settings that make it durable, and others on which figures depend. */
  settings(): Promise<Readonly<Record<string, string>>>;
}

/** A system that sells seats through Frontrow's API: Frontrow itself, or a system to compare with it. */
export interface Contestant {
  readonly name: string;
  /** Its version; for Frontrow, the commit. */
  readonly version: string;
  /** How many reservations of earlier sales were put into its databases. */
  readonly reservationsBefore: number;
  /** The addresses of its API: one for each gateway. */
  readonly urls: readonly string[];
  readonly client: GraphqlClient;
  readonly database: Database;
  /** Its processes, including the database server. */
  readonly pids: Readonly<Record<string, number>>;
  /** Further processes that produce its load. */
  readonly generators: number[];
  /** How much more work it is given than Frontrow, so that its rounds are not over too soon. */
  readonly share: number;
  /** The waiting room of a new sale admits fans as they come, or as many in a second as are given. */
  openSale(seats: number, admitPerSecond?: number): Promise<Sale>;
  /** Admits this many fans to the waiting room, in total. */
  letIn(concertId: string, count: number): Promise<void>;
  /** Access tokens of fans who have only an account. */
  accounts(count: number): Promise<readonly string[]>;
  admittedFans(sale: Sale, count: number): Promise<readonly AdmittedFan[]>;
  /**
   * Settles when the seats of this reservation are SOLD.
   * @returns when that was noticed, by the clock of `performance.now()`
   */
  sold(reservationId: string): Promise<number>;
  /** Settles when all consequences of what was done so far are complete. */
  rest(): Promise<void>;
  /** An access token of an operator's, and some of what was bought in earlier sales; only Frontrow has them. */
  operator?(): Promise<{
    readonly token: string | undefined;
    sought(numbers: readonly number[]): Promise<readonly Sought[]>;
  }>;
  /** What is wrong with what it has stored. */
  audit(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** In points. */
export const seatPrice = 1_000;
export const chargedPoints = 100_000;
