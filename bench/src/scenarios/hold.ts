import { randomUUID } from 'node:crypto';
import type { Random } from '@frontrow/kit/testing/random';
import type { AdmittedFan, Contestant, Sale } from '../contestant.ts';
import { costOf } from '../measuring/cost.ts';
import { Latencies } from '../measuring/latency.ts';
import { holdSeats } from './buy.ts';
import { come } from './come.ts';
import type { Scenario } from './scenario.ts';

const seatsEach = 4;
const fansAtOnce = 500;

/** A hall with as many seats as its fans may hold, and these fans. */
interface Fight {
  readonly sale: Sale;
  readonly fans: readonly AdmittedFan[];
}

/**
 * All fans want four neighbouring seats in one hall at the same time, and try others when somebody was faster. Towards the end,
 * most are told that their seats are taken. Every answer counts.
 */
export const hold: Scenario = {
  what: `${fansAtOnce} fans fight for ${fansAtOnce * seatsEach} seats, four named ones each, until all have some; with --rate, so many fans a second come`,
  things: 'holds tried',
  seatsEach: 0,
  peers: ['monolith', 'monolith-locking'],
  usual: { count: 1_500, rounds: 3, warmUp: 200 },
  async prepare(contestant, { count, rounds, warmUp, rate }, random) {
    const fansOfRound = Math.ceil(count / rounds);
    const fansOfFight = Math.min(fansAtOnce, fansOfRound);
    const warm = await fightOf(contestant, warmUp);
    const fights: Fight[] = [];
    for (let fans = 0; fans < fansOfRound * rounds; fans += fansOfFight) {
      fights.push(await fightOf(contestant, fansOfFight));
    }
    const arrival = rate === undefined ? { atOnce: fansAtOnce } : { perSecond: rate, random };
    const fightOut = async ({ sale, fans }: Fight, latencies: Latencies) => {
      let tries = 0;
      await come(fans, arrival, async (fan, dueAt) => {
        const tried = await holdSome(contestant, sale, fan, { dueAt, random, latencies });
        tries += tried; // added after the await, because others have added theirs meanwhile
      });
      return tries;
    };
    return {
      warmUp: async () => {
        await fightOut(warm, new Latencies());
        await contestant.rest();
      },
      round: () =>
        costOf(contestant, async (latencies) => {
          let tries = 0;
          for (const fight of fights.splice(0, fansOfRound / fansOfFight)) {
            tries += await fightOut(fight, latencies);
          }
          return tries;
        }),
    };
  },
};

async function fightOf(contestant: Contestant, count: number): Promise<Fight> {
  const sale = await contestant.openSale(count * seatsEach);
  return { sale, fans: await contestant.admittedFans(sale, count) };
}

interface Try {
  readonly dueAt: number;
  readonly random: Random;
  readonly latencies: Latencies;
}

/**
 * Tries to hold neighbouring seats, again and again, until it succeeds.
 * @returns the number of attempts
 */
async function holdSome(
  { client }: Contestant,
  { scheduleId, seatIds }: Sale,
  { token, pass }: AdmittedFan,
  { dueAt, random, latencies }: Try,
): Promise<number> {
  let startedAt = dueAt;
  for (let tries = 1; ; tries++) {
    const first = random.between(0, seatIds.length / seatsEach - 1) * seatsEach;
    const input = {
      scheduleId,
      seatIds: seatIds.slice(first, first + seatsEach),
      admissionToken: pass,
      idempotencyKey: randomUUID(),
    };
    const { answer } = await client.ask<{ answer: { __typename: string } }>(holdSeats, { input }, token);
    const isHold = answer.__typename === 'SeatHold';
    if (!isHold && answer.__typename !== 'SeatsTaken') throw new Error(`Refused: ${JSON.stringify(answer)}`);
    latencies.record(isHold ? 'held' : 'taken', performance.now() - startedAt);
    if (isHold) return tries;
    startedAt = performance.now();
  }
}
