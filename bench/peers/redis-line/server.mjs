// A waiting room that is a sorted set in Redis, behind one Apollo Server. It answers `enterQueue` as Frontrow does.
//
// Environment, besides that of serve.mjs: REDIS_PORT, on 127.0.0.1.
import { createClient } from 'redis';
import { serve, typeOf } from '../serve.mjs';

const typeDefs = `
  type Query { isUp: Boolean! }
  type Mutation { enterQueue(concertId: ID!): EnterQueueResult! }
  union EnterQueueResult = QueueTicket | Refusal
  type QueueTicket { id: ID! status: String! number: Int! position: Int! }
  type Refusal { code: String! message: String! retryable: Boolean! }
`;

// One script does everything, so a fan joins once, numbers have no gaps, and the position is exact.
const join = `
  local number = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if not number then
    number = redis.call('INCR', KEYS[2])
    redis.call('ZADD', KEYS[1], number, ARGV[1])
  end
  return { tonumber(number), redis.call('ZRANK', KEYS[1], ARGV[1]) + 1 }`;

const redis = createClient({ socket: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) } });
redis.on('error', console.error);
await redis.connect();
const sha = await redis.scriptLoad(join);

await serve({
  typeDefs,
  resolversWith: () => ({
    Query: { isUp: () => true },
    Mutation: {
      async enterQueue(_, { concertId }, { viewer }) {
        const fan = viewer();
        const keys = [`line:${concertId}`, `last-number:${concertId}`];
        const [number, position] = await redis.evalSha(sha, { keys, arguments: [fan] });
        return { __typename: 'QueueTicket', id: `${concertId}:${fan}`, status: 'WAITING', number, position };
      },
    },
    EnterQueueResult: typeOf,
  }),
  stop: () => redis.close(),
});
