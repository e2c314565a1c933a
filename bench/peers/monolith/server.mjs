// A monolith that sells seats: one Apollo Server, one database, one transaction for each mutation. It answers `holdSeats` and
// `pay` as Frontrow does, so that the same load can be put on both. Whoever pays has the seats SOLD when the answer comes.
//
// Environment: PORT, DATABASE_URL (an empty database), PUBLIC_KEY (PEM, Ed25519: signs access tokens and passes),
// HOLD ("update": one conditional UPDATE takes the seats; "lock": SELECT … FOR UPDATE first).
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { clearInterval, setInterval } from 'node:timers';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { createPool } from 'mysql2/promise';
import { expireHolds } from './expire-holds.mjs';
import { holdSeats } from './hold-seats.mjs';
import { pay } from './pay.mjs';
import { createTables } from './tables.mjs';
import { tokenVerifier } from './tokens.mjs';
import { typeDefs } from './type-defs.mjs';

const { PORT, DATABASE_URL, PUBLIC_KEY, HOLD = 'update' } = process.env;

const pool = createPool({ uri: DATABASE_URL, connectionLimit: 64, maxIdle: 64, timezone: 'Z' });
await createTables(pool);
const verify = tokenVerifier(PUBLIC_KEY);

const typeOf = { __resolveType: ({ __typename }) => __typename };
const apollo = new ApolloServer({
  typeDefs,
  introspection: false,
  resolvers: {
    Query: { isUp: () => true },
    Mutation: {
      holdSeats: (_, { input }, { viewer }) => holdSeats(pool, viewer(), { ...input, how: HOLD }, verify),
      pay: (_, { input }, { viewer }) => pay(pool, viewer(), input),
    },
    HoldSeatsResult: typeOf,
    PayResult: typeOf,
  },
});
await apollo.start();

const server = createServer(async (request, response) => {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      search: '',
      body: JSON.parse((await text(request)) || '{}'),
    },
    context: async () => ({
      viewer: () => verify(request.headers.authorization?.slice('Bearer '.length)).sub,
    }),
  });
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.end(answer.body.string);
});
server.keepAliveTimeout = 60_000;
server.listen(Number(PORT), '127.0.0.1');

const clock = setInterval(() => expireHolds(pool).catch(console.error), 1_000);
process.once('SIGTERM', async () => {
  clearInterval(clock);
  server.close();
  server.closeAllConnections();
  await apollo.stop();
  await pool.end();
});
