import { rush as demoRush, stages } from '../demo/rush.ts';
import { seatPrice } from '../contestant.ts';
import { costOf } from '../measuring/cost.ts';
import { Latencies } from '../measuring/latency.ts';
import type { Scenario } from './scenario.ts';

/** The rush of `npm run demo` as fans experience it: they register, wait, take the best seats, and most of them pay. */
export const rush: Scenario = {
  what: 'the rush of `npm run demo`: all fans come at once, and are let in at once, or --rate a second; registering is included in all but latencies',
  things: 'fans',
  seatsEach: 0,
  peers: [],
  usual: { count: 300, rounds: 1, warmUp: 100 },
  async prepare(contestant, { count, rounds, warmUp, rate }) {
    const fansOfRound = Math.ceil(count / rounds);
    const halls = [await contestant.openSale(Math.ceil(1.5 * warmUp))];
    for (let round = 0; round < rounds; round++) {
      halls.push(await contestant.openSale(Math.ceil(1.5 * fansOfRound), rate));
    }
    const come = async (fans: number, latencies: Latencies) => {
      const hall = halls.shift();
      if (hall === undefined) throw new Error('All halls were used.');
      const before = Object.values(stages).map(({ times }) => times.length);
      await demoRush({
        ...hall,
        url: contestant.urls[0] as string,
        price: seatPrice,
        fans,
        onProgress: () => undefined,
      });
      for (const [index, [stage, { times }]] of Object.entries(stages).entries()) {
        for (const ms of times.slice(before[index])) latencies.record(stage, ms);
      }
      return fans;
    };
    return {
      warmUp: async () => {
        await come(warmUp, new Latencies());
        await contestant.rest();
      },
      round: () => costOf(contestant, (latencies) => come(fansOfRound, latencies)),
    };
  },
};
