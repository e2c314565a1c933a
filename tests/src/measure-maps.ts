import { setTimeout as pause } from 'node:timers/promises';
import { EventLoops } from './testing/event-loops.ts';
import { beginToRead, readLong, Readers } from './testing/map-readers.ts';
import { admittedFan, concertOnSale, startSystem } from './testing/system.ts';
import { cpuTimes, difference, memoryOf } from '@frontrow/stack/testing/usage';

// `npx tsx -C source tests/src/measure-maps.ts [seconds] [encoding …]`: how long holds take while three clients read the map of a hall
// of 100,000 seats all the time, with the whole stack on this machine, and for how long at a time nobody else is served. The holds
// are of another concert. Then: what memory the gateway takes while 100 clients have asked for that map at once and read a little.

const seconds = Number(process.argv[2] ?? 20);
const encodings = process.argv.length > 3 ? process.argv.slice(3) : ['identity', 'gzip', 'br'];
const readers = 3;
const slowReaders = 100;
const fans = 30;
const holdsPerSecond = 10;
const query = `query ($id: ID!) { schedule(id: $id) {
  seats { id section row number label price status version } } }`;

const eventLoops = new EventLoops();
const environment = { NODE_ENV: 'production', ...eventLoops.environment };
const system = await startSystem({ environment, durable: true });
try {
  await measure();
} finally {
  await system.stop();
  eventLoops.end();
}

async function measure(): Promise<void> {
  const big = await bigHall();
  await hold();
  await timesOf();
  report('holds, nobody reads', await hold());
  console.log(`  event loops: ${await timesOf()}`);
  for (const encoding of encodings) {
    const read = { url: system.url, query, variables: { id: big }, encoding };
    const first = await readLong(read);
    console.log(`${encoding}, the first map: ${first.bytes} bytes in ${first.ms.toFixed(0)} ms`);
    const reading = new Readers();
    const before = usage(reading);
    await timesOf();
    reading.start(readers, read);
    report(`${encoding}, holds, ${readers} read`, await hold());
    const delays = await timesOf();
    const spent = difference(before, usage(reading));
    const maps = await reading.stop();
    report(
      `${encoding}, maps`,
      maps.map(({ ms }) => ms),
    );
    console.log(`  event loops: ${delays}`);
    const shown = Object.entries(spent).map(([name, ms]) => `${name} ${ms.toFixed(0)}`);
    console.log(`  processor time in ms: ${shown.join(', ')}`);
  }
  for (const encoding of encodings) await readSlowly(big, encoding);
}

/** Holds seats of another concert for as long as is measured. Gives how long each hold took, in ms. */
async function hold(): Promise<number[]> {
  const sale = await concertOnSale(system, { rows: 20, seatsPerRow: 50, maxSeatsPerFan: 10 });
  const buyers: Awaited<ReturnType<typeof admittedFan>>[] = [];
  for (let i = 0; i < fans; i++) buyers.push(await admittedFan(system, sale, 0));
  const took: number[] = [];
  const until = Date.now() + seconds * 1_000;
  while (Date.now() < until && took.length < fans * 10) {
    const { fan, pass } = buyers[took.length % fans] as (typeof buyers)[number];
    const seatIds = [(sale.seats[took.length] as { id: string }).id];
    const startedAt = performance.now();
    await fan.hold(sale.scheduleId, pass, { seatIds });
    took.push(performance.now() - startedAt);
    await pause(Math.max(0, 1_000 / holdsPerSecond - (performance.now() - startedAt)));
  }
  return took;
}

/** What memory the gateway takes while many read slowly. */
async function readSlowly(id: string, encoding: string): Promise<void> {
  const pid = system.stack.process('gateway').pid as number;
  const quiet = memoryOf(pid);
  const read = { url: system.url, query, variables: { id }, encoding };
  const slow = await Promise.all(Array.from({ length: slowReaders }, () => beginToRead(read)));
  await pause(5_000);
  const megabytes = (kb: number) => (kb / 1024).toFixed(0);
  const then = megabytes(memoryOf(pid));
  console.log(`${encoding}, gateway: ${megabytes(quiet)} MB, ${then} MB with ${slowReaders} slow readers`);
  for (const response of slow) response.destroy();
}

async function bigHall(): Promise<string> {
  const { concertId } = await concertOnSale(system);
  const sections = [1, 2, 3, 4, 5].map((n) => ({ name: `S${n}`, price: 1_000, rows: 100, seatsPerRow: 200 }));
  const startsAt = new Date(Date.now() + 40 * 24 * 60 * 60 * 1_000).toISOString();
  const { schedule } = await system.operator.ask<{ schedule: { id: string } }>(
    `mutation ($input: AddScheduleInput!) { schedule: addSchedule(input: $input) { ... on Schedule { id } } }`,
    { input: { concertId, startsAt, sections } },
  );
  return schedule.id;
}

/** For how long at a time gateway and concerts served nobody since this was asked the last time. */
async function timesOf(): Promise<string> {
  const shown = ['gateway', 'concerts'].map(async (name) => {
    const { delayMs, workMs } = await eventLoops.seenBy(system.stack.process(name).pid as number);
    return `${name} longest delay ${delayMs.toFixed(0)} ms, longest work ${workMs.toFixed(0)} ms`;
  });
  return (await Promise.all(shown)).join('; ');
}

function usage(reading: Readers) {
  const services = system.stack.processes.map(({ name, pid }) => [name, [pid as number]] as const);
  return cpuTimes({
    ...Object.fromEntries(services),
    reading: [reading.pid],
    measuring: [process.pid],
  });
}

function report(what: string, took: readonly number[]): void {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(0);
  console.log(`${what}: ${took.length}, median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`);
}
