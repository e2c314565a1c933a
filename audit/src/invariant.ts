import type { Pool } from 'mysql2';
import type { Subgraph } from '@frontrow/stack/layout';

/** A row that is wrong, or should not exist. */
export interface Breach {
  /** The invariant's number. */
  readonly invariant: number;
  /** The row and its service, e.g. `concerts: seat 0199…`. */
  readonly row: string;
  readonly problem: string;
  /** The saga to which the row belongs, if there is one. */
  readonly saga?: string;
  /** The saga's log, for as many breaches as anybody reads. */
  readonly log?: readonly string[];
}

/** The databases of all services. Only the audit reads across them. */
export type Databases = Readonly<Record<Subgraph, Pool>>;

/** Something that is always true of a system at rest, and the check that proves it. */
export interface Invariant {
  readonly number: number;
  readonly claim: string;
  /** Yields the rows that break it. */
  readonly breaches: (databases: Databases, now: Date) => AsyncGenerator<Omit<Breach, 'invariant' | 'log'>>;
}
