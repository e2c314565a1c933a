import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '@frontrow/stack/chaos/random';
import type { Contestant } from './contestant.ts';
import { startFrontrow } from './contestants/frontrow.ts';
import { startMonolith } from './contestants/monolith.ts';
import { Cost, costOf } from './measuring/cost.ts';
import { describeMachine } from './measuring/machine.ts';
import type { BenchOptions } from './options.ts';
import { figuresOf, rounded } from './report.ts';
import type { Report, Result } from './report.ts';
import { scenarios } from './scenarios/all.ts';
import type { Course, Scenario } from './scenarios/scenario.ts';

/** How long a system that nobody uses is watched, in ms. */
const idleMs = 3_000;

export interface RunOptions extends Omit<BenchOptions, 'json'> {
  readonly log: (line: string) => void;
  /** False only where nothing is measured. */
  readonly durable?: boolean;
  readonly warmUp?: number;
}

/** One contestant and what it has cost so far. */
interface Entry {
  readonly contestant: Contestant;
  readonly course: Course;
  readonly idle: Cost;
  readonly rounds: Cost[];
}

/**
 * Starts the contestants, has each do the scenario in turns, so that whatever else the machine does hits all alike, and audits
 * what they stored.
 */
export async function run(options: RunOptions): Promise<Report> {
  const { log } = options;
  const scenario: Scenario = scenarios[options.scenario];
  const machine = describeMachine();
  const at = new Date().toISOString();
  const contestants: Contestant[] = [];
  try {
    for (const start of startersOf(options)) contestants.push(await start());
    const entries: Entry[] = [];
    for (const contestant of contestants) entries.push(await enter(contestant, scenario, options));
    for (let round = 1; round <= options.rounds; round++) {
      for (const { contestant, course, rounds } of entries) {
        const cost = await course.round();
        rounds.push(cost);
        log(`round ${round}, ${contestant.name}: ${(cost.done / cost.seconds).toFixed(1)} a second`);
      }
    }
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
      seed: options.seed,
      machine: { ...machine, loadAfter },
      results,
    };
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}

function startersOf({ beside, against, durable = true, log }: RunOptions): (() => Promise<Contestant>)[] {
  const started = (name: string, start: () => Promise<Contestant>) => async () => {
    log(`${name} starts …`);
    return start();
  };
  return [
    started('frontrow', () => startFrontrow({ durable })),
    ...(against === undefined
      ? []
      : [started(against, () => startFrontrow({ name: against, root: against, durable }))]),
    ...beside.map((peer) => started(peer, () => startMonolith(peer, { durable }))),
  ];
}

async function enter(contestant: Contestant, scenario: Scenario, options: RunOptions): Promise<Entry> {
  const { log, seed, rounds } = options;
  const count = (options.count ?? scenario.usual.count) * contestant.share;
  const warmUp = (options.warmUp ?? scenario.usual.warmUp) * contestant.share;
  log(`${contestant.name}: ${count} ${scenario.things} are prepared, and ${warmUp} to warm up …`);
  const course = await scenario.prepare(contestant, { count, warmUp, rounds }, new Random(seed));
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
    database: await contestant.database.settings(),
    figures: figuresOf(all),
    rounds: rounds.map(figuresOf),
    idle: {
      statementsPerSecond: rounded(statementsAtRest),
      cpuMsPerSecond: rounded(idle.cpuMsOfAll / idle.secondsToRest),
    },
    statementsEachBeyondRest: rounded(
      (all.database.statements - statementsAtRest * all.secondsToRest) / all.done,
    ),
    audit: await contestant.audit(),
  };
}
