import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { admittedFan, concertOnSale, startSystem } from './testing/system.ts';
import { cpuTimes, difference, memoryOf } from '@frontrow/stack/testing/usage';

// `npx tsx -C source tests/src/measure-maps.ts [seconds]`: how long holds take while three clients read the map of a hall of
// 100,000 seats all the time, with the whole stack on this machine. The holds are of another concert. Then: what memory the
// gateway takes while 100 clients have asked for that map at once and read a little of it.

const seconds = Number(process.argv[2] ?? 20);
const readers = 3;
const slowReaders = 100;
const fans = 30;
const query = `query ($id: ID!) { schedule(id: $id) {
  seats { id section row number label price status version } } }`;

const system = await startSystem({ environment: { NODE_ENV: 'production' }, durable: true });
try {
  await measure();
} finally {
  await system.stop();
}

async function measure(): Promise<void> {
  const big = await bigHall();
  const elsewhere = await concertOnSale(system, { rows: 20, seatsPerRow: 50, maxSeatsPerFan: 10 });
  const buyers: Awaited<ReturnType<typeof admittedFan>>[] = [];
  for (let i = 0; i < fans; i++) buyers.push(await admittedFan(system, elsewhere, 0));
  let hold = 0;
  const holdForSeconds = async () => {
    const took: number[] = [];
    const until = Date.now() + seconds * 1_000;
    while (Date.now() < until && hold < fans * 10) {
      const { fan, pass } = buyers[hold % fans] as Awaited<ReturnType<typeof admittedFan>>;
      const seatIds = [(elsewhere.seats[hold++] as { id: string }).id];
      const startedAt = performance.now();
      await fan.hold(elsewhere.scheduleId, pass, { seatIds });
      took.push(performance.now() - startedAt);
      await pause(Math.max(0, (seconds * 1_000) / (fans * 5) - (performance.now() - startedAt)));
    }
    return took;
  };
  report('holds, nobody reads', await holdForSeconds());
  const first = await read(big);
  console.log(`the first map: ${first.bytes} bytes in ${first.ms.toFixed(0)} ms`);
  const before = usage();
  let isOver = false;
  const maps: number[] = [];
  const reading = Array.from({ length: readers }, async () => {
    while (!isOver) maps.push((await read(big)).ms);
  });
  report(`holds, ${readers} read`, await holdForSeconds());
  isOver = true;
  await Promise.all(reading);
  report('maps', maps);
  const spent = Object.entries(difference(before, usage())).map(([name, ms]) => `${name} ${ms.toFixed(0)}`);
  console.log(`processor time in ms: ${spent.join(', ')}`);
  const pid = system.stack.process('gateway').pid as number;
  const quiet = memoryOf(pid);
  const slow = await Promise.all(Array.from({ length: slowReaders }, () => begin(big)));
  await pause(5_000);
  const megabytes = (kb: number) => (kb / 1024).toFixed(0);
  console.log(
    `gateway: ${megabytes(quiet)} MB, ${megabytes(memoryOf(pid))} MB with ${slowReaders} slow readers`,
  );
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

async function begin(id: string): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json' };
  const asked = request(system.url, { method: 'POST', headers, agent: false });
  asked.end(JSON.stringify({ query, variables: { id } }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

async function read(id: string): Promise<{ ms: number; bytes: number }> {
  const startedAt = performance.now();
  const response = await begin(id);
  let bytes = 0;
  response.on('data', (piece: Buffer) => (bytes += piece.length));
  await once(response, 'end');
  if (bytes < 10_000_000) throw new Error(`an answer of ${bytes} bytes, status ${response.statusCode}`);
  return { ms: performance.now() - startedAt, bytes };
}

function usage() {
  const services = system.stack.processes.map(({ name, pid }) => [name, [pid as number]] as const);
  return cpuTimes({ ...Object.fromEntries(services), measuring: [process.pid] });
}

function report(what: string, took: readonly number[]): void {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(0);
  console.log(`${what}: ${took.length}, median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`);
}
