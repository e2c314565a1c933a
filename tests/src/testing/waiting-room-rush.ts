import { setTimeout as pause } from 'node:timers/promises';
import { isTransient } from '@frontrow/kit/database';
import { randomFrom } from '@frontrow/kit/testing/random';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { manyAccounts } from '@frontrow/stack/testing/accounts';
import { Crowd } from '@frontrow/stack/testing/crowd';
import type { Place, Ticket } from '@frontrow/stack/testing/crowd';
import { isRight, readLine } from './line.ts';
import type { Line } from './line.ts';
import { concertOnSale, configureRoom } from './system.ts';
import type { System } from './system.ts';

export interface RushOptions {
  readonly count: number;
  readonly maxActive: number;
  /** How long who was let in shops at the most, in ms. */
  readonly shopsForMs: number;
  /** Within which time who leaves has left, in ms. */
  readonly leaveWithinMs: number;
  /** Lets the grace of those who fell silent pass. */
  readonly passGrace: (queue: Connection, concertId: string, silent: readonly string[]) => Promise<void>;
}

/** What is not as it should be, in words; empty when all is well. */
export type Wrongs = string[];

/**
 * Fans who join at the same moment, of whom a third stays, a third leaves at random, and a third never looks again. All who
 * are let in shop for a moment and leave. In the middle the line comes to rest, and in the end nobody waits.
 */
export async function rush(system: System, options: RushOptions): Promise<Wrongs> {
  const { stack, url, operator } = system;
  const { count, maxActive, shopsForMs, leaveWithinMs } = options;
  const { concertId } = await concertOnSale(system, { maxActive });
  // Who is let in and never comes keeps the place for as long as that.
  await configureRoom(operator, concertId, { admissionSeconds: 30 });
  const { seed } = randomFrom();
  const crowd = await Crowd.come([url], await manyAccounts(stack, count), { seed });
  const queue = await createConnection({ uri: stack.databaseUrl('queue'), timezone: 'Z' });
  try {
    const tickets = await crowd.enter(concertId, count);
    await Promise.all([crowd.follow([0, 3], shopsForMs), crowd.follow([1, 3], shopsForMs)]);
    await crowd.leave([1, 3], leaveWithinMs);

    await configureRoom(operator, concertId, { status: 'PAUSED' });
    const atRest = await wrongPlaces(crowd, tickets, () => readLine(queue, concertId));
    await configureRoom(operator, concertId, { status: 'OPEN' });

    await options.passGrace(
      queue,
      concertId,
      tickets.filter((_, i) => i % 3 === 2).map(({ id }) => id),
    );
    await untilNobodyWaits(system, concertId);
    await pause(shopsForMs + 1_000);
    const inTheEnd = await wrongPlaces(crowd, tickets, () => readLine(queue, concertId));
    return [...atRest, ...inTheEnd, ...wrongLine(await readLine(queue, concertId), options)];
  } finally {
    await queue.end();
    crowd.go();
  }
}

/** Waits a moment until those who follow have been told the truth. */
async function wrongPlaces(
  crowd: Crowd,
  tickets: readonly Ticket[],
  read: () => Promise<Line>,
  giveUpAt = Date.now() + 5_000,
): Promise<Wrongs> {
  const line = await read();
  const places = await crowd.places();
  const wrongs = places.flatMap((told: Place, i) => {
    const { id } = tickets[i] as Ticket;
    if (told.heard === 0 || (isRight(line, id, told) && !told.hasGrown)) return [];
    return `was told ${JSON.stringify(told)}, but is ${JSON.stringify(line.places.get(id))}`;
  });
  if (wrongs.length === 0 || Date.now() > giveUpAt) return wrongs;
  await pause(100);
  return wrongPlaces(crowd, tickets, read, giveUpAt);
}

function wrongLine({ numbers, mostActive }: Line, { count, maxActive }: RushOptions): Wrongs {
  const isWhole = numbers.length === count && numbers.every((number, i) => number === i + 1);
  return [
    ...(isWhole ? [] : [`numbers from 1 to ${count} were expected, but they have gaps or twins`]),
    ...(mostActive <= maxActive ? [] : [`${mostActive} fans were in at the same time, not ${maxActive}`]),
  ];
}

async function untilNobodyWaits({ operator }: System, concertId: string): Promise<void> {
  operator.lookAgainMs = 250;
  await operator.until<{ waitingRoom: { waiting: number } }>(
    'query ($id: ID!) { waitingRoom(concertId: $id) { waiting } }',
    { id: concertId },
    ({ waitingRoom }) => waitingRoom.waiting === 0,
    10 * 60_000,
  );
}

/** Waits as long as a silent fan is waited for. */
export const waitForGrace = (): Promise<void> => pause(125_000);

/** Lets the time of some tickets, and of their room, pass at once. */
export async function skipGrace(
  queue: Connection,
  concertId: string,
  silent: readonly string[],
): Promise<void> {
  await untilNoVictim(() =>
    queue.query('UPDATE rooms SET opened_at = opened_at - INTERVAL 1 HOUR WHERE concert_id = ?', [concertId]),
  );
  await untilNoVictim(() =>
    queue.query(
      "UPDATE tickets SET last_seen_at = last_seen_at - INTERVAL 121 SECOND WHERE id IN (?) AND status = 'WAITING'",
      [silent],
    ),
  );
}

/** The line moves all the time, so what is changed beside it may be the victim of a deadlock. */
async function untilNoVictim(change: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await change();
      return;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}
