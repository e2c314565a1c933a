import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryOf } from '@frontrow/stack/testing/usage';
import { Random } from '@frontrow/kit/testing/random';
import type { Contestant } from './contestant.ts';
import { startFrontrow } from './contestants/frontrow.ts';
import { startPeerNamed } from './contestants/peers.ts';
import { Cost, costOf } from './measuring/cost.ts';
import { describeMachine } from './measuring/machine.ts';
import { beginProfiles, profilingInto } from './measuring/profile.ts';
import type { BenchOptions } from './options.ts';
import { figuresOf, rounded } from './report.ts';
import type { Report, Result } from './report.ts';
import { scenarios } from './scenarios/all.ts';
import type { ScenarioName } from './scenarios/all.ts';
import type { Amount, Course, Scenario } from './scenarios/scenario.ts';

/** How long an unused system is watched, in ms. */
const usualIdleMs = 3_000;

export interface MeasureOptions extends Pick<BenchOptions, 'seed' | 'count' | 'rounds' | 'rate'> {
  readonly scenario: ScenarioName;
  readonly log: (line: string) => void;
  /** If not the scenario's usual number. */
  readonly warmUp?: number;
  readonly idleMs?: number;
  readonly profile?: string | undefined;
}

/** A contestant and what it has cost so far. */
interface Entry {
  readonly contestant: Contestant;
  readonly course: Course;
  readonly idle: Cost;
  readonly rounds: Cost[];
}

/** Starts Frontrow and its peers, and measures them in each scenario. */
export async function* run(
  options: Omit<MeasureOptions, 'scenario'> &
    Pick<BenchOptions, 'scenarios' | 'beside' | 'against' | 'settings' | 'grown' | 'gateways'>,
): AsyncGenerator<Report, void> {
  const { beside, against, settings, grown, gateways, profile, log } = options;
  const environment = profile === undefined ? {} : profilingInto(profile);
  const contestants: Contestant[] = [];
  const start = async (name: string, starting: () => Promise<Contestant>) => {
    log(`${name} starts …`);
    contestants.push(await starting());
  };
  try {
    for (const rows of grown) {
      const name = `frontrow after ${rows} reservations`;
      await start(name, () => startFrontrow({ name, grown: rows, gateways, environment }));
    }
    if (grown.length === 0) await start('frontrow', () => startFrontrow({ gateways, environment }));
    if (against !== undefined)
      await start(against, () => startFrontrow({ name: against, root: against, gateways }));
    const changed = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    if (changed.length > 0) {
      const name = `frontrow with ${changed.join(' ')}`;
      await start(name, () =>
        startFrontrow({ name, gateways, environment: { ...environment, ...settings } }),
      );
    }
    for (const peer of beside) await start(peer, () => startPeerNamed(peer));
    for (const scenario of options.scenarios) yield await measure(contestants, { ...options, scenario });
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}

/**
 * Lets the contestants do the scenario in turns, so that whatever else the machine does affects all of them alike, and audits
 * what they have stored.
 *
 * @param contestants Frontrow first
 */
export async function measure(contestants: readonly Contestant[], options: MeasureOptions): Promise<Report> {
  const { log, seed, profile } = options;
  const scenario: Scenario = scenarios[options.scenario];
  const machine = describeMachine();
  const at = new Date().toISOString();
  const amount = {
    count: options.count ?? scenario.usual.count,
    warmUp: options.warmUp ?? scenario.usual.warmUp,
    rounds: options.rounds ?? scenario.usual.rounds,
    rate: options.rate,
  };
  const entries: Entry[] = [];
  for (const contestant of contestants) entries.push(await enter(contestant, scenario, amount, options));
  if (profile !== undefined) beginProfiles(profile);
  for (let round = 1; round <= amount.rounds; round++) {
    for (const { contestant, course, rounds } of entries) {
      const cost = await course.round();
      rounds.push(cost);
      log(`round ${round}, ${contestant.name}: ${(cost.done / cost.seconds).toFixed(1)} a second`);
    }
  }
  for (const { course } of entries) course.end?.();
  const results: Result[] = [];
  for (const entry of entries) results.push(await resultOf(entry));
  const { what, things, seatsEach } = scenario;
  const loadAfter = loadavg()[0] ?? 0;
  return {
    scenario: options.scenario,
    what,
    things,
    seatsEach,
    at,
    seed,
    machine: { ...machine, loadAfter },
    results,
  };
}

async function enter(
  contestant: Contestant,
  scenario: Scenario,
  usual: Amount,
  { log, seed, idleMs = usualIdleMs }: MeasureOptions,
): Promise<Entry> {
  const count = usual.count * contestant.share;
  const warmUp = usual.warmUp * contestant.share;
  log(`${contestant.name}: ${count} ${scenario.things} are prepared, and ${warmUp} to warm up …`);
  const course = await scenario.prepare(contestant, { ...usual, count, warmUp }, new Random(seed));
  await course.warmUp();
  const idle = await costOf(contestant, async () => {
    await pause(idleMs);
    return 0;
  });
  return { contestant, course, idle, rounds: [] };
}

async function resultOf({ contestant, idle, rounds }: Entry): Promise<Result> {
  const all = new Cost();
  for (const round of rounds) all.add(round);
  const statementsAtRest = idle.database.statements / idle.secondsToRest;
  return {
    name: contestant.name,
    version: contestant.version,
    reservationsBefore: contestant.reservationsBefore,
    database: await contestant.database.settings(),
    figures: figuresOf(all),
    rounds: rounds.map(figuresOf),
    idle: {
      statementsPerSecond: rounded(statementsAtRest),
      cpuMsPerSecond: rounded(idle.cpuMsOfAll / idle.secondsToRest),
      cpuMsPerSecondByProcess: Object.fromEntries(
        Object.entries(idle.cpuMs)
          .filter(([process]) => process !== 'others')
          .map(([process, ms]) => [process, rounded(ms / idle.secondsToRest)]),
      ),
    },
    statementsEachBeyondRest: rounded(
      (all.database.statements - statementsAtRest * all.secondsToRest) / all.done,
    ),
    memoryMb: Object.fromEntries(
      Object.entries(contestant.pids).map(([name, pid]) => [name, Math.round(memoryOf(pid) / 1_024)]),
    ),
    audit: await contestant.audit(),
  };
}
