import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { giveBackServer, takeServer } from './mysql/start.ts';
import type { Outcome } from './schedule.ts';
import type { Assignment } from './worker.ts';

export interface Runs {
  /** The bundle of a worker. */
  readonly bundle: string;
  /** The first seed; the others follow it. */
  readonly seed: number;
  readonly runs: number;
  readonly trace?: Assignment['trace'];
  readonly workers?: number;
  /** Called with each schedule that has ended. */
  readonly onOutcome?: (outcome: Outcome) => void;
  /** Whether no other schedule needs to be begun after one that ended like this. */
  readonly isEnough?: (outcome: Outcome) => boolean;
}

/**
 * Runs schedules on all cores, each worker with a server of its own. The servers run until stopServers.
 * @returns the failure with the lowest seed, after which none was begun; undefined if there was none
 */
export async function simulate({
  bundle,
  seed,
  runs,
  trace = 'none',
  ...options
}: Runs): Promise<Outcome | undefined> {
  const { workers = Math.min(runs, availableParallelism()), onOutcome, isEnough } = options;
  let next = seed;
  const failures: Outcome[] = [];
  const work = async () => {
    const server = await takeServer();
    const worker = new Worker(bundle, { workerData: server, execArgv: [] });
    try {
      while (failures.length === 0 && next < seed + runs) {
        const outcome = await outcomeOf(worker, { seed: next++, trace });
        onOutcome?.(outcome);
        if (isEnough?.(outcome) === true) next = seed + runs;
        if (outcome.failure !== undefined) failures.push(outcome);
      }
    } finally {
      await worker.terminate();
      giveBackServer(server);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return failures.sort((a, b) => a.seed - b.seed)[0];
}

async function outcomeOf(worker: Worker, assignment: Assignment): Promise<Outcome> {
  worker.postMessage(assignment);
  const [outcome] = (await once(worker, 'message')) as [Outcome];
  return outcome;
}
