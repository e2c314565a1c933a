import { setTimeout as pause } from 'node:timers/promises';
import type { Latencies } from '../measuring/latency.ts';
import { buy } from './buy.ts';
import { courseOf, ordersFor, seatsEach } from './purchase.ts';
import type { Scenario } from './scenario.ts';

/** Purchases a second: about 30 % of what two cores can do. */
const rate = 8;

/** Fans come when they come, however long those before them take: what is looked at is how soon all is SOLD. */
export const saga: Scenario = {
  what: `${seatsEach} named seats, held, paid and SOLD; ${rate} fans a second, at moments left to chance (Poisson)`,
  things: 'purchases',
  seatsEach,
  usual: { count: 300, rounds: 1, warmUp: 100 },
  async prepare(contestant, amount, random) {
    const orders = await ordersFor(contestant, amount.warmUp + amount.count, random);
    const comeAtRate = async (count: number, latencies: Latencies) => {
      const next = orders.splice(0, count);
      const failures: unknown[] = [];
      const buying: Promise<void>[] = [];
      let dueAt = performance.now();
      for (const order of next) {
        dueAt += (-Math.log(1 - random.next()) / rate) * 1_000;
        await pause(Math.max(0, dueAt - performance.now()));
        buying.push(
          buy(contestant, order, dueAt, latencies).catch((error: unknown) => void failures.push(error)),
        );
      }
      await Promise.all(buying);
      if (failures.length > 0) throw failures[0];
      return next.length;
    };
    return courseOf(contestant, amount, comeAtRate);
  },
};
