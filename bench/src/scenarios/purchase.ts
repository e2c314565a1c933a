import type { Random } from '@frontrow/kit/testing/random';
import type { AdmittedFan, Contestant } from '../contestant.ts';
import { costOf } from '../measuring/cost.ts';
import { Latencies } from '../measuring/latency.ts';
import { buy } from './buy.ts';
import { come } from './come.ts';
import type { PlannedPurchase } from './buy.ts';
import type { Amount, Course, Scenario } from './scenario.ts';

export const seatsEach = 4;
const fansAtOnce = 32;

/** Each fan buys four named seats that nobody else wants. As soon as the seats of one fan are SOLD, the next fan comes. */
export const purchase: Scenario = {
  what: `${seatsEach} named seats, held, paid and SOLD through the API, ${fansAtOnce} fans at once`,
  things: 'purchases',
  seatsEach,
  peers: ['monolith', 'monolith-locking'],
  usual: { count: 1_500, rounds: 3, warmUp: 300 },
  async prepare(contestant, amount, random) {
    const planned = await purchasesFor(contestant, amount.warmUp + amount.count, random);
    return courseOf(contestant, amount, async (count, latencies) => {
      const next = planned.splice(0, count);
      await come(next, { atOnce: fansAtOnce }, (each, dueAt) => buy(contestant, each, dueAt, latencies));
      return next.length;
    });
  },
};

/** A warm-up and rounds for a function that does a thing a number of times. */
export function courseOf(
  contestant: Contestant,
  { count, rounds, warmUp }: Amount,
  some: (count: number, latencies: Latencies) => Promise<number>,
): Course {
  return {
    warmUp: async () => {
      await some(warmUp, new Latencies());
      await contestant.rest();
    },
    round: () => costOf(contestant, (latencies) => some(Math.ceil(count / rounds), latencies)),
  };
}

/** Fans who each want other neighbouring seats. The order in which the hall is sold is random. */
export async function purchasesFor(
  contestant: Contestant,
  count: number,
  random: Random,
): Promise<PlannedPurchase[]> {
  const sale = await contestant.openSale(count * seatsEach);
  const fans = await contestant.admittedFans(sale, count);
  const blocks = Array.from({ length: count }, (_, block) =>
    sale.seatIds.slice(block * seatsEach, (block + 1) * seatsEach),
  );
  for (let last = count - 1; last > 0; last--) {
    const other = random.between(0, last);
    [blocks[last], blocks[other]] = [blocks[other] as string[], blocks[last] as string[]];
  }
  return fans.map((fan: AdmittedFan, index) => ({ fan, sale, seatIds: blocks[index] as string[] }));
}
