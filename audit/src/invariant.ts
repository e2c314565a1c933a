import type { Pool } from 'mysql2';
import type { Subgraph } from '@frontrow/stack/layout';

/** One row that should not be as it is, or should not be at all. */
export interface Breach {
  /** The invariant's number in the blueprint. */
  readonly invariant: number;
  /** Which row of which service, e.g. `concerts: seat 0199…`. */
  readonly row: string;
  readonly problem: string;
  /** The saga that the row belongs to, if it does. */
  readonly saga?: string;
  /** What the log of sagas says of it, for as many breaches as anybody reads. */
  readonly log?: readonly string[];
}

/** Each service's database: the audit is the only one who reads across. */
export type Databases = Readonly<Record<Subgraph, Pool>>;

/** One thing that is always true of a quiet system, and what proves it. */
export interface Invariant {
  readonly number: number;
  readonly claim: string;
  /** Yields what breaks it, row by row. */
  readonly breaches: (databases: Databases, now: Date) => AsyncGenerator<Omit<Breach, 'invariant' | 'log'>>;
}
