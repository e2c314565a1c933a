// A monolith that sells seats: one Apollo Server, one database, one transaction for each mutation. It answers `holdSeats` and
// `pay` as Frontrow does, so that both can get the same load. When `pay` is answered, the seats are SOLD.
//
// Environment, besides that of serve.mjs: DATABASE_URL (an empty database), HOLD ("update": one conditional UPDATE takes the
// seats; "lock": SELECT … FOR UPDATE first).
import { clearInterval, setInterval } from 'node:timers';
import { createPool } from 'mysql2/promise';
import { serve, typeOf } from '../serve.mjs';
import { expireHolds } from './expire-holds.mjs';
import { holdSeats } from './hold-seats.mjs';
import { pay } from './pay.mjs';
import { createTables } from './tables.mjs';
import { typeDefs } from './type-defs.mjs';

const { DATABASE_URL, HOLD = 'update' } = process.env;

const pool = createPool({ uri: DATABASE_URL, connectionLimit: 64, maxIdle: 64, timezone: 'Z' });
await createTables(pool);
const clock = setInterval(() => expireHolds(pool).catch(console.error), 1_000);

await serve({
  typeDefs,
  resolversWith: (verify) => ({
    Query: { isUp: () => true },
    Mutation: {
      holdSeats: (_, { input }, { viewer }) => holdSeats(pool, viewer(), { ...input, how: HOLD }, verify),
      pay: (_, { input }, { viewer }) => pay(pool, viewer(), input),
    },
    HoldSeatsResult: typeOf,
    PayResult: typeOf,
  }),
  stop: async () => {
    clearInterval(clock);
    await pool.end();
  },
});
