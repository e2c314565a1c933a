import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2';
import type { Connection } from 'mysql2';
import { subgraphs } from '../layout.ts';
import type { Subgraph } from '../layout.ts';
import { invariants } from './invariants.ts';
import { untilQuiet } from './quiet.ts';
import { sagaLog } from './saga-log.ts';

/** Breaches of an invariant beyond these are named without the log of their saga. */
export const mostWithLog = 50;

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

/** A connection to each service's database: the audit is the only one who reads across. */
export type Databases = Readonly<Record<Subgraph, Connection>>;

/** One thing that is always true of a quiet system, and what proves it. */
export interface Invariant {
  readonly number: number;
  readonly claim: string;
  /** Yields what breaks it, row by row. */
  readonly breaches: (databases: Databases, now: Date) => AsyncGenerator<Omit<Breach, 'invariant' | 'log'>>;
}

export interface AuditOptions {
  /** The address of a service's database: `mysql://user:password@host:port/database`. */
  readonly databaseUrl: (service: Subgraph) => string;
  /** Told of each invariant when it has been looked at. */
  readonly report?: (invariant: Invariant, breaches: readonly Breach[]) => void;
}

/** A message whose handler died rests this long in the broker, in ms, before it is handed out again. */
const redeliveryMs = 12_000;

/** Waits for the system to come to rest, and proves the invariants; what it returns breaks one. */
export async function audit({ databaseUrl, report }: AuditOptions): Promise<Breach[]> {
  const databases = Object.fromEntries(
    subgraphs.map((service) => [
      service,
      // Sums are of points and seats: far below what a number holds exactly.
      createConnection({ uri: databaseUrl(service), decimalNumbers: true }),
    ]),
  ) as Databases;
  try {
    await untilQuiet(databases);
    let findings = await prove(databases);
    if (findings.some(({ breaches }) => breaches.length > 0)) {
      await pause(redeliveryMs);
      await untilQuiet(databases);
      findings = await prove(databases);
    }
    for (const { invariant, breaches } of findings) report?.(invariant, breaches);
    return findings.flatMap(({ breaches }) => breaches);
  } finally {
    await Promise.all(Object.values(databases).map((connection) => connection.promise().end()));
  }
}

async function prove(databases: Databases): Promise<{ invariant: Invariant; breaches: Breach[] }[]> {
  const now = new Date();
  const findings = [];
  for (const invariant of invariants) {
    const breaches: Breach[] = [];
    for await (const breach of invariant.breaches(databases, now)) {
      const log =
        breach.saga === undefined || breaches.length >= mostWithLog
          ? {}
          : { log: await sagaLog(databases.sagas, breach.saga) };
      breaches.push({ invariant: invariant.number, ...breach, ...log });
    }
    findings.push({ invariant, breaches });
  }
  return findings;
}
