import { setTimeout as pause } from 'node:timers/promises';
import { tls } from '@frontrow/kit/database';
import { createPool } from 'mysql2';
import type { DatabaseAddresses } from '@frontrow/stack/database-addresses';
import { subgraphs } from '@frontrow/stack/layout';
import type { Breach, Databases, Invariant } from './invariant.ts';
import { invariants } from './invariants.ts';
import { untilQuiet, usualRestMs } from './quiet.ts';
import { sagaLog } from './saga-log.ts';

export type { Breach, Databases, Invariant };

/** Beyond this number, breaches of an invariant are named without the log of their saga. */
export const mostWithLog = 50;

/** Beyond this number, breaches of an invariant are not named: whatever broke every row can be seen from any of them. */
const mostNamed = 10_000;

export type Progress = (examined: number, of: number) => void;

export interface AuditOptions extends DatabaseAddresses {
  /** How long the broker waits, in ms, before it sends a message again whose handler died. */
  readonly redeliveryMs?: number;
  /** For how long, in ms, nothing must happen before the system counts as at rest. A shorter time is for runs whose figures nobody keeps. */
  readonly restMs?: number;
  /** Called with how many invariants have been examined, out of how many. It starts again when they are examined once more. */
  readonly progress?: Progress;
  /** Called with each invariant once it has been checked. */
  readonly report?: (invariant: Invariant, breaches: readonly Breach[]) => void;
}

/**
 * Waits for the system to come to rest, and proves the invariants.
 * @returns what breaks one
 */
export async function audit({
  databaseUrl,
  ca,
  redeliveryMs = 12_000,
  restMs = usualRestMs,
  progress,
  report,
}: AuditOptions): Promise<Breach[]> {
  const databases = openDatabases(databaseUrl, ca);
  try {
    const findings = await findingsAtRest(databases, redeliveryMs, restMs, progress);
    for (const { invariant, breaches } of findings) report?.(invariant, breaches);
    return findings.flatMap(({ breaches }) => breaches);
  } finally {
    await closeDatabases(databases);
  }
}

/** What looks broken while a message rests in the broker is looked at again, until nothing looks broken or the time is up. */
async function findingsAtRest(
  databases: Databases,
  redeliveryMs: number,
  restMs: number,
  progress?: Progress,
): Promise<Finding[]> {
  const giveUpAt = Date.now() + redeliveryMs;
  for (;;) {
    const isLast = Date.now() >= giveUpAt;
    await untilQuiet(databases, restMs);
    const findings = await prove(databases, progress);
    if (isLast || findings.every(({ breaches }) => breaches.length === 0)) return findings;
    await pause(Math.min(1_000, Math.max(0, giveUpAt - Date.now())));
  }
}

export const openDatabases = (databaseUrl: AuditOptions['databaseUrl'], ca?: string): Databases =>
  Object.fromEntries(
    subgraphs.map((service) => [
      service,
      // Sums are of points and seats, far below what a number holds exactly.
      createPool({ uri: databaseUrl(service), ...tls({ ca }), decimalNumbers: true, timezone: 'Z' }),
    ]),
  ) as Databases;

export async function closeDatabases(databases: Databases): Promise<void> {
  await Promise.all(Object.values(databases).map((pool) => pool.promise().end()));
}

interface Finding {
  readonly invariant: Invariant;
  readonly breaches: readonly Breach[];
}

/** Checks all invariants against the databases as they are at this moment. While a system is working, some look broken. */
export function prove(databases: Databases, progress?: Progress): Promise<Finding[]> {
  const now = new Date();
  let examined = 0;
  progress?.(examined, invariants.length);
  return Promise.all(
    invariants.map(async (invariant) => {
      const breaches = await breachesOf(invariant, databases, now);
      progress?.(++examined, invariants.length);
      return { invariant, breaches };
    }),
  );
}

async function breachesOf(invariant: Invariant, databases: Databases, now: Date): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for await (const breach of invariant.breaches(databases, now)) {
    const log =
      breach.saga === undefined || breaches.length >= mostWithLog
        ? {}
        : { log: await sagaLog(databases.sagas, breach.saga) };
    breaches.push({ invariant: invariant.number, ...breach, ...log });
    if (breaches.length === mostNamed) {
      const problem = `the audit names no more than ${mostNamed} rows of an invariant`;
      return [...breaches, { invariant: invariant.number, row: '…', problem }];
    }
  }
  return breaches;
}
