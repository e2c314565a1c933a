import { cpuTimes } from '@frontrow/stack/testing/usage';
import type { CpuTimes } from '@frontrow/stack/testing/usage';
import type { Contestant } from '../contestant.ts';
import type { DatabaseWork } from './database.ts';
import { Latencies } from './latency.ts';

/** What it cost a contestant to do something a number of times. */
export class Cost {
  done = 0;
  /** How long the work itself took. All other figures include its consequences. */
  seconds = 0;
  /** How long it took until all consequences were complete, too. */
  secondsToRest = 0;
  /** The size of the answers, as they came. */
  receivedBytes = 0;
  /** Processor time in ms by process. `others` is everything else that ran on this machine. */
  readonly cpuMs: Record<string, number> = {};
  readonly database: Record<keyof DatabaseWork, number> = {
    statements: 0,
    transactions: 0,
    writingCommits: 0,
    rollbacks: 0,
    logKb: 0,
  };
  readonly latencies = new Latencies();

  add(other: Cost): void {
    this.done += other.done;
    this.seconds += other.seconds;
    this.secondsToRest += other.secondsToRest;
    this.receivedBytes += other.receivedBytes;
    addTo(this.cpuMs, other.cpuMs);
    addTo(this.database, other.database);
    this.latencies.add(other.latencies);
  }

  /** The processor time without `others`. */
  get cpuMsOfAll(): number {
    return Object.entries(this.cpuMs).reduce((sum, [name, ms]) => (name === 'others' ? sum : sum + ms), 0);
  }
}

/**
 * Does `work`, waits until all its consequences are complete, and says what that cost. `work` returns how often it did its thing,
 * and records how long each took.
 */
export async function costOf(
  contestant: Contestant,
  work: (latencies: Latencies) => Promise<number>,
): Promise<Cost> {
  const cost = new Cost();
  const before = await sample(contestant);
  const receivedBefore = contestant.client.receivedBytes;
  const startedAt = performance.now();
  cost.done = await work(cost.latencies);
  cost.seconds = (performance.now() - startedAt) / 1_000;
  cost.receivedBytes = contestant.client.receivedBytes - receivedBefore;
  await contestant.rest();
  cost.secondsToRest = (performance.now() - startedAt) / 1_000;
  const after = await sample(contestant);
  addTo(cost.cpuMs, after.cpu);
  addTo(cost.cpuMs, before.cpu, -1);
  addTo(cost.database, after.database);
  addTo(cost.database, before.database, -1);
  return cost;
}

async function sample({
  pids,
  generators,
  database,
}: Contestant): Promise<{ cpu: CpuTimes; database: DatabaseWork }> {
  const byName = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, [pid]]));
  const worked = await database.work();
  return { cpu: cpuTimes({ ...byName, generator: [process.pid, ...generators] }), database: worked };
}

function addTo(sum: Record<string, number>, more: object, sign = 1): void {
  for (const [name, value] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + sign * (value as number);
}
