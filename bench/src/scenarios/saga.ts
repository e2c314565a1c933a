import { buy } from './buy.ts';
import { come } from './come.ts';
import { courseOf, purchasesFor, seatsEach } from './purchase.ts';
import type { Scenario } from './scenario.ts';

/** Purchases a second: about 16 % of what two processors did last (docs/performance.md; --rate 16 is 30 %). */
const usualRate = 8;

/** Fans come at random moments, however long earlier ones take. What matters is how soon all seats are SOLD. */
export const saga: Scenario = {
  what: `${seatsEach} named seats, held, paid and SOLD through the API; fans come at moments left to chance, ${usualRate} a second or --rate`,
  things: 'purchases',
  seatsEach,
  peers: ['monolith', 'monolith-locking'],
  usual: { count: 300, rounds: 1, warmUp: 100 },
  async prepare(contestant, amount, random) {
    const planned = await purchasesFor(contestant, amount.warmUp + amount.count, random);
    const arrival = { perSecond: amount.rate ?? usualRate, random };
    return courseOf(contestant, amount, async (count, latencies) => {
      const next = planned.splice(0, count);
      await come(next, arrival, (each, dueAt) => buy(contestant, each, dueAt, latencies));
      return next.length;
    });
  },
};
