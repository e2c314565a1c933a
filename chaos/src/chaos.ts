import { setTimeout as pause } from 'node:timers/promises';
import { audit, closeDatabases, openDatabases } from '@frontrow/audit/audit';
import type { AuditOptions } from '@frontrow/audit/audit';
import type { Breach } from '@frontrow/audit/invariant';
import type { Subgraph } from '@frontrow/stack/layout';
import { startStack } from '@frontrow/stack/stack';
import type { Stack, StackOptions } from '@frontrow/stack/stack';
import { compareBooks, readRecords } from './books.ts';
import { Crowd } from './crowd.ts';
import type { Habits } from './crowd.ts';
import { openMarket } from './market.ts';
import { lastsMs } from './plan.ts';
import type { PlannedFault } from './plan.ts';
import { intents } from './purchase.ts';
import type { Purchase } from './purchase.ts';
import { countReplays, promptShare, recoveryAfter, untilConsistent } from './recovery.ts';
import { Saboteur } from './saboteur.ts';
import { Shows } from './shows.ts';
import { Wiring } from './wiring.ts';

export interface ChaosOptions {
  readonly system: StackOptions;
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
  readonly habits?: Habits;
  /** How long seats are held, in s. The default is so short that holds end in the middle of everything. */
  readonly holdSeconds?: number;
  /** Called with each fault as it begins. */
  readonly onFault?: (fault: PlannedFault) => void;
  readonly auditReport?: AuditOptions['report'];
}

/** A fault that was carried out. */
export interface Inflicted extends PlannedFault {
  /** In ms since 1970. */
  readonly begunAt: number;
  /** When its cause was over, in ms since 1970; for a process that was killed, when it died. */
  readonly overAt: number;
  /** From then until a purchase that began after it was confirmed, in ms. */
  readonly recoveryMs: number | undefined;
  /** The share of the fans who wanted to buy meanwhile that did so within 15 s, from 0 to 1. */
  readonly promptShare: number | undefined;
}

export interface Report {
  readonly purchases: readonly Purchase[];
  readonly faults: readonly Inflicted[];
  /** From the end of the last fault until all fans had finished what they began, in ms. */
  readonly finishedAfterMs: number;
  /** From then until every invariant held and no saga was under way, in ms. */
  readonly consistentAfterMs: number | undefined;
  /** How often a saga stood still for so long that its events were published again. */
  readonly replays: number;
  /** The differences between what fans were told and what is stored. */
  readonly lost: readonly string[];
  readonly breaches: readonly Breach[];
  /** How often requests had to be repeated, by reason. */
  readonly repeated: ReadonlyMap<string, number>;
  /** Answers that make no sense. */
  readonly complaints: readonly string[];
  /** Processes that ended on their own. */
  readonly deaths: readonly string[];
}

/** How long to wait after the last fault: twice as long as recovery may take, so that a report can say how long it took. */
const patienceMs = 60_000;
const undisturbedMs = 2_000;
/** Starts a system, lets fans buy while things go wrong, waits for it to come to rest, and examines the result. */
export async function chaos({
  system,
  seed,
  faults,
  habits = { intents, atOnce: 16 },
  holdSeconds = 8,
  onFault,
  auditReport,
}: ChaosOptions): Promise<Report> {
  const wiring = new Wiring();
  const deaths: string[] = [];
  const stack = await startStack({
    ...system,
    environment: { HOLD_SECONDS: String(holdSeconds), ...system.environment },
    reroute: (process, settings) => wiring.reroute(process, settings),
    log: (line) => {
      system.log?.(line);
      if (isUnexpectedDeath(line)) deaths.push(line);
    },
  });
  const run = async (): Promise<Report> => {
    const faultsMs = lastsMs(faults);
    const shows = await Shows.open(stack);
    const crowd = new Crowd(await openMarket(stack, faultsMs / 1_000), seed, habits);
    await pause(undisturbedMs);
    const [inflicted] = await Promise.all([
      inflictAll(faults, new Saboteur(stack, wiring), onFault),
      shows.decide(faultsMs, AbortSignal.timeout(faultsMs + patienceMs)),
    ]);
    await untilBoughtAfter(lastOf(inflicted), crowd);
    await crowd.closeDoors(patienceMs);
    const finishedAfterMs = Date.now() - lastOf(inflicted);
    const found = await lookAt(stack, crowd, inflicted, auditReport);
    return { ...found, lost: [...found.lost, ...(await shows.differences())], finishedAfterMs, deaths };
  };
  try {
    return await Promise.race([run(), interruptionBy(system.signal)]);
  } finally {
    await stack.stop();
    wiring.close();
  }
}

const interruptionBy = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));

/** Only the saboteur ends processes with SIGKILL. */
const isUnexpectedDeath = (line: string) => /^\S+ (ended with exit code|was ended by (?!SIGKILL))/.test(line);

type Over = PlannedFault & Pick<Inflicted, 'begunAt' | 'overAt'>;

const lastOf = (faults: readonly Over[]) => Math.max(...faults.map(({ overAt }) => overAt));

/** Begins each fault at its time, whether or not those before are over. */
function inflictAll(
  faults: readonly PlannedFault[],
  saboteur: Saboteur,
  onFault: ChaosOptions['onFault'],
): Promise<Over[]> {
  return Promise.all(
    faults.map(async (planned) => {
      await pause(planned.atMs);
      onFault?.(planned);
      const begunAt = Date.now();
      await saboteur.inflict(planned.fault);
      return { ...planned, begunAt, overAt: Date.now() };
    }),
  );
}

/** Waits until a purchase that began after the instant was confirmed, or there is no more hope of one. */
async function untilBoughtAfter(instant: number, { purchases }: Crowd): Promise<void> {
  while (recoveryAfter(instant, purchases) === undefined && Date.now() < instant + patienceMs) {
    await pause(100);
  }
}

/** Examines the result, once everything is consistent. */
async function lookAt(
  stack: Stack,
  { purchases, repeated, complaints }: Crowd,
  inflicted: readonly Over[],
  report: AuditOptions['report'],
): Promise<Omit<Report, 'finishedAfterMs' | 'deaths'>> {
  const databaseUrl = (service: Subgraph) => stack.databaseUrl(service);
  const databases = openDatabases(databaseUrl);
  try {
    const consistentAt = await untilConsistent(databases, patienceMs);
    const breaches = await audit({ databaseUrl, ...(report && { report }) });
    return {
      purchases,
      faults: inflicted.map((fault) => ({
        ...fault,
        recoveryMs: recoveryAfter(fault.overAt, purchases),
        promptShare: promptShare(fault.begunAt, fault.overAt, purchases),
      })),
      consistentAfterMs: consistentAt === undefined ? undefined : consistentAt - lastOf(inflicted),
      breaches,
      replays: await countReplays(databases),
      lost: compareBooks(purchases, await readRecords(databases)),
      repeated,
      complaints,
    };
  } finally {
    await closeDatabases(databases);
  }
}
