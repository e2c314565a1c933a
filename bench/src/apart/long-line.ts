import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { createConnection } from 'mysql2/promise';
import { newId } from '@frontrow/kit/ids';
import { Fan } from '@frontrow/stack/fan';
import { manyAccounts } from '@frontrow/stack/testing/accounts';
import { Crowd } from '@frontrow/stack/testing/crowd';
import { concertOnSale, startSystem } from '@frontrow/tests/testing/system';
import type { System } from '@frontrow/tests/testing/system';
import { Latencies } from '../measuring/latency.ts';

const shortLength = 1_000;
const rowsAtATime = 5_000;
const times = 200;
const toWarmUp = 20;
const waves = 40;
const admittedAtATime = 10;

/** A line, and the fans who joined it through the gateway. */
interface Line {
  readonly concertId: string;
  readonly length: number;
  readonly fans: readonly Fan[];
  readonly ticketIds: string[];
  readonly latencies: Latencies;
}

/** What it takes to join a line, to look, to leave and to be told of a wave, in a short line and a long one, in turns. */
export async function measureLongLine(length = 1_000_000): Promise<void> {
  const environment = { NODE_ENV: 'production', REQUESTS_PER_MINUTE_PER_VIEWER: '0' };
  const system = await startSystem({ environment, durable: true });
  try {
    const lines: Line[] = [];
    for (const each of [shortLength, length]) lines.push(await prepare(system, each));
    const queue = system.stack.process('queue');
    await queue.killAndThen(() => fill(system, lines));
    const began = performance.now();
    await queue.waitUntilReady();
    console.log(`The queue is ready ${Math.round(performance.now() - began)} ms after it was started.`);
    for (const line of lines) await line.fans[0]?.enterQueue(line.concertId); // it reads the line now, once
    await measure(system, lines);
    for (const { length, latencies } of lines) report(length, latencies);
  } finally {
    await system.stop();
  }
}

async function prepare(system: System, length: number): Promise<Line> {
  const { concertId } = await concertOnSale(system, { maxActive: 1 });
  const accounts = await manyAccounts(system.stack, times + toWarmUp + 1);
  const fans = accounts.map(({ id, token }) => new Fan(system.url, token, id));
  return { concertId, length, fans, ticketIds: [], latencies: new Latencies() };
}

/** Puts tickets into all lines whose fans stay. The queue does not run meanwhile: it keeps lines in memory. */
async function fill({ stack }: System, lines: readonly Line[]): Promise<void> {
  const database = await createConnection({ uri: stack.databaseUrl('queue'), timezone: 'Z' });
  try {
    for (const { concertId, length } of lines) {
      for (let first = 1; first <= length; first += rowsAtATime)
        await putIn(database, concertId, first, Math.min(rowsAtATime, length - first + 1));
      await database.query(
        'UPDATE rooms SET last_number = ?, waiting = ?, version = 1 WHERE concert_id = ?',
        [length, length, concertId],
      );
    }
    await database.query('ANALYZE TABLE tickets');
  } finally {
    await database.end();
  }
}

async function putIn(database: Connection, concertId: string, first: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, i) => {
    const staysUntil = '2099-01-01';
    return [newId(), concertId, randomUUID(), first + i, 'WAITING', 1, new Date(), staysUntil, 1];
  });
  await database.query(
    `INSERT INTO tickets (id, concert_id, user_id, number, status, live, joined_at, last_seen_at, line_version)
     VALUES ?`,
    [rows],
  );
}

/** Does the same to all lines in turns, so that whatever else the machine does affects all of them alike. */
async function measure(system: System, lines: readonly Line[]): Promise<void> {
  const each = async (step: string, count: number, work: (line: Line, turn: number) => Promise<unknown>) => {
    for (let turn = -toWarmUp; turn < count; turn++) {
      for (const line of lines) {
        const began = performance.now();
        await work(line, turn + toWarmUp);
        if (turn >= 0) line.latencies.record(step, performance.now() - began);
      }
    }
  };
  const fanOf = ({ fans }: Line, turn: number) => fans[turn + 1] as Fan;
  await each('join', times, async (line, turn) => {
    line.ticketIds[turn] = await fanOf(line, turn).enterQueue(line.concertId);
  });
  await each('look', times, async (line, turn) => {
    const { queueTicket } = await fanOf(line, turn).ask<{ queueTicket: { position: number } }>(
      'query ($id: ID!) { queueTicket(id: $id) { position estimatedWaitSeconds } }',
      { id: line.ticketIds[turn] },
    );
    if (queueTicket.position < line.length / 2) throw new Error(`position ${queueTicket.position}`);
  });
  await each('leave', times, (line, turn) => fanOf(line, turn).leaveQueue(line.ticketIds[turn] as string));
  const followers = await Promise.all(lines.map((line) => followerOf(system, line)));
  await each('wave', waves, async (line, turn) => {
    const follower = followers[lines.indexOf(line)] as Crowd;
    const heard = (await follower.places())[0]?.heard ?? 0;
    await system.operator.ask(
      'mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) { __typename } }',
      { input: { concertId: line.concertId, maxActive: 1 + (turn + 1) * admittedAtATime } },
    );
    while (((await follower.places())[0]?.heard ?? 0) === heard) await pause(2);
  });
  for (const follower of followers) follower.go();
}

/** The fan at the end of the line, who follows their position. */
async function followerOf({ url }: System, { concertId, fans }: Line): Promise<Crowd> {
  const crowd = await Crowd.come([url], [{ token: fans[0]?.token as string }], { processes: 1 });
  await crowd.enter(concertId, 1);
  await crowd.follow();
  return crowd;
}

function report(length: number, latencies: Latencies): void {
  for (const [step, { p50, p95 }] of Object.entries(latencies.summary()))
    console.log(`in a line of ${length}: ${step} ${p50} ms (median), ${p95} ms (95 %)`);
}
