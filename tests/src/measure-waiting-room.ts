import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { manyAccounts } from '@frontrow/stack/testing/accounts';
import { Crowd } from '@frontrow/stack/testing/crowd';
import type { Place, Ticket } from '@frontrow/stack/testing/crowd';
import { isRight, readLine } from './testing/line.ts';
import { concertOnSale, configureRoom, startSystem } from './testing/system.ts';
import type { System } from './testing/system.ts';
import { cpuTimes, difference, medians, memoryOf } from '@frontrow/stack/testing/usage';
import type { CpuTimes } from '@frontrow/stack/testing/usage';
import { rush, waitForGrace } from './testing/waiting-room-rush.ts';

// `npx tsx -C source tests/src/measure-waiting-room.ts [fans …]`: how soon 1,000, 10,000, … fans know their new place after a
// wave of admissions, with the whole stack on this machine. All of them join through the gateway, and follow their place
// through it, each over a WebSocket of their own. The time is from the moment that the tickets of the wave say, which is before
// its commit, until the fan's process has read the message. Beside it: what a wave costs each process, how long queries take
// meanwhile, and the memory of the gateway and of queue.
//
// `… rush [fans]`: the story of waiting-room-rush.ts with 5,000 fans and the real grace of two minutes, and the audit.

const waves = 10;
const letInByWave = 100;
const everyMs = 3_000;
/** After which what so many had to be made for has been cleared away. */
const settleMs = 10_000;
const queriesPerSecond = 20;

const isRush = process.argv[2] === 'rush';
const sizes = process.argv.slice(isRush ? 3 : 2).map(Number);
const system = await startSystem({ environment: { NODE_ENV: 'production' }, durable: true });
try {
  if (isRush) await tellRush(sizes[0] ?? 5_000);
  else for (const size of sizes.length > 0 ? sizes : [1_000, 10_000]) await measure(size);
} finally {
  await system.stop();
}

async function measure(size: number): Promise<void> {
  const { concertId } = await concertOnSale(system, { maxActive: 1 });
  const accounts = await manyAccounts(system.stack, size);
  const before = memory();
  const crowd = await Crowd.come(system.url, accounts);
  const queue = await createConnection({ uri: system.stack.databaseUrl('queue'), timezone: 'Z' });
  try {
    const startedAt = performance.now();
    const tickets = await crowd.enter(concertId, 50);
    const enteredAt = performance.now();
    await crowd.follow();
    console.log(
      `${size} fans entered within ${seconds(enteredAt - startedAt)}, and followed their place within ${seconds(performance.now() - enteredAt)} more.`,
    );
    reportMemory(before, size);
    await pause(settleMs);
    await measureWaves({ crowd, tickets, concertId, queue });
    reportMemory(before, size);
  } finally {
    await queue.end();
    crowd.go();
  }
}

async function tellRush(count: number): Promise<void> {
  const startedAt = performance.now();
  const wrongs = await rush(system, {
    count,
    maxActive: Math.ceil(count / 25),
    shopsForMs: 2_000,
    leaveWithinMs: 15_000,
    passGrace: waitForGrace,
  });
  console.log(`${count} fans came and went within ${seconds(performance.now() - startedAt)}.`);
  console.log('Wrong:', wrongs, 'The audit finds:', await system.audit());
}

interface Followed {
  readonly crowd: Crowd;
  /** In the order of the crowd. */
  readonly tickets: readonly Ticket[];
  readonly concertId: string;
  readonly queue: Connection;
}

async function measureWaves(followed: Followed): Promise<void> {
  const quiet = await measureWave(followed, () => Promise.resolve());
  console.log(`  no wave: ${describe(quiet)}`);
  const measured: Measured[] = [];
  for (let wave = 1; wave <= waves; wave++) {
    const admit = () =>
      configureRoom(system.operator, followed.concertId, { maxActive: 1 + wave * letInByWave });
    measured.push(await measureWave(followed, admit));
    console.log(`  wave ${wave}: ${describe(measured.at(-1) as Measured)}`);
  }
  console.log(`  all waves: told after ${distribution(measured.flatMap(({ tookMs }) => tookMs))}`);
  const cost = medians(measured.map(({ cpu }) => difference(quiet.cpu, cpu)));
  console.log(`  a wave costs, in ms of a processor: ${described(cost)}`);
}

interface Measured {
  /** How long each fan who waited had to wait for the new place, in ms; Infinity for those who never heard it. */
  readonly tookMs: readonly number[];
  readonly right: number;
  readonly queriesMs: readonly number[];
  readonly cpu: CpuTimes;
}

async function measureWave(followed: Followed, admit: () => Promise<void>): Promise<Measured> {
  const { crowd, tickets, concertId, queue } = followed;
  const before = await crowd.places();
  const cpuBefore = usage(crowd);
  const answered = askMeanwhile(system, concertId, tickets[0] as Ticket);
  await admit();
  await pause(everyMs);
  const queriesMs = await answered();
  const cpu = difference(cpuBefore, usage(crowd));
  const after = await crowd.places();
  const line = await readLine(queue, concertId);
  const tookMs = after.flatMap((place, i) => {
    const { status, heard } = before[i] as Place;
    if (status !== 'WAITING') return [];
    return place.heard > heard ? place.at - line.lastAdmittedAt : Infinity;
  });
  const right = after.filter((place, i) => isRight(line, (tickets[i] as Ticket).id, place)).length;
  return { tookMs, right, queriesMs, cpu };
}

/** Asks at a steady rate, whether or not the answers come. @returns stops, and gives how long each took, in ms */
function askMeanwhile({ operator }: System, concertId: string, ticket: Ticket): () => Promise<number[]> {
  const queries: [string, object][] = [
    [
      'query ($id: ID!) { concert(id: $id) { title venue { name } waitingRoom { waiting } } }',
      { id: concertId },
    ],
    ['query ($id: ID!) { queueTicket(id: $id) { position status } }', { id: ticket.id }],
  ];
  const took: Promise<number>[] = [];
  const timer = setInterval(() => {
    const [query, variables] = queries[took.length % queries.length] as [string, Record<string, unknown>];
    const startedAt = performance.now();
    took.push(operator.ask(query, variables).then(() => performance.now() - startedAt));
  }, 1_000 / queriesPerSecond);
  return () => {
    clearInterval(timer);
    return Promise.all(took);
  };
}

function usage(crowd: Crowd): CpuTimes {
  const services = system.stack.processes.map(({ name, pid }) => [name, [pid as number]] as const);
  return cpuTimes({ ...Object.fromEntries(services), fans: crowd.pids, measuring: [process.pid] });
}

function memory(): Record<string, number> {
  return Object.fromEntries(
    ['gateway', 'queue'].map((name) => [name, memoryOf(system.stack.process(name).pid as number)]),
  );
}

function reportMemory(before: Record<string, number>, size: number): void {
  const grown = Object.entries(memory()).map(([name, kb]) => {
    const each = (kb - (before[name] ?? 0)) / size;
    return `${name} ${(kb / 1024).toFixed(0)} MB, which is ${each.toFixed(1)} KB more for each fan`;
  });
  console.log(`  memory: ${grown.join('; ')}`);
}

function describe({ tookMs, right, queriesMs, cpu }: Measured): string {
  const told = tookMs.some(Number.isFinite) ? `told after ${distribution(tookMs)}, ` : '';
  const busy = ((cpu['others'] ?? 0) / (2 * everyMs)) * 100;
  return `${told}${right} right; queries took ${distribution(queriesMs)}; others kept the machine busy to ${busy.toFixed(0)} %`;
}

function described(cpu: CpuTimes): string {
  return Object.entries(cpu)
    .filter(([, ms]) => ms >= 20)
    .map(([name, ms]) => `${name} ${ms}`)
    .join(', ');
}

function distribution(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(0);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, last ${at(1)} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
