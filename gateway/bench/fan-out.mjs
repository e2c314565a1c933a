// How many subscribers the gateway carries, and how long a wave takes to reach all of them.
//
//   node --import tsx -C source gateway/bench/fan-out.mjs 1000 5000 10000
//
// Four processes, as in production: the gateway, a subgraph whose subscription moves every viewer, one that completes what it
// says, and the clients, each with a WebSocket and a token of its own. Times are from the moment at which the subgraph is told to
// move everybody until the client has parsed its message.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compose } from '@frontrow/gateway/composition';
import { startGateway } from '@frontrow/gateway/server';
import { gatewaySettings } from '@frontrow/gateway/settings';
import { Lifecycle } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { readSettings } from '@frontrow/kit/settings';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import { accessTokenAudience, accessTokenIssuer } from '@frontrow/kit/viewer';
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import { WebSocket } from 'ws';

const secret = 'a secret that only the bench knows, 32+';
const ports = { gateway: 14400, queue: 14402, concerts: 14403 };
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const sdl = {
  queue: `${link}
    type Query { unused: Int }
    type Subscription { queuePosition: QueueTicket! }
    type QueueTicket { position: Int! status: String! concert: Concert }
    type Concert @key(fields: "id", resolvable: false) { id: ID! }`,
  concerts: `${link}
    directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
    enum CacheControlScope { PUBLIC PRIVATE }
    type Query { ping: Int }
    type Concert @key(fields: "id") @cacheControl(maxAge: 30, scope: PUBLIC) {
      id: ID! title: String privateTitle: String @cacheControl(maxAge: 0) venue: Venue }
    type Venue @cacheControl(maxAge: 30, scope: PUBLIC) { name: String! }`,
};
const operations = {
  'own fields': 'subscription { queuePosition { position status } }',
  'public entity': 'subscription { queuePosition { position status concert { title venue { name } } } }',
  'private entity': 'subscription { queuePosition { position status concert { privateTitle } } }',
};

const log = createLogger('bench', 'warn');
const keysFrom = (jwk) => createLocalJWKSet({ keys: [jwk] });

/** The processes: each is told what to do by messages, and answers by messages. */
const roles = {
  gateway: async ({ publicJwk }) => {
    const here = (name) => `http://127.0.0.1:${ports[name]}/graphql`;
    const environment = {
      PORT: String(ports.gateway),
      GATEWAY_SECRET: secret,
      REQUESTS_PER_MINUTE_PER_ADDRESS: '0',
      USERS_JWKS_URL: here('users'),
      ...Object.fromEntries(
        Object.keys(gatewaySettings)
          .filter((name) => name.endsWith('_URL'))
          .map((name) => [name, here(name === 'QUEUE_URL' ? 'queue' : 'concerts')]),
      ),
    };
    const { supergraphSdl } = compose(Object.entries(sdl).map(([name, text]) => ({ name, sdl: text })));
    const settings = readSettings(gatewaySettings, environment);
    const keys = keysFrom(publicJwk);
    await startGateway({ supergraphSdl, settings, keys, lifecycle: new Lifecycle(log), log });
    return {
      memory: async () => {
        for (let n = 0; n < 4; n++) {
          globalThis.gc();
          await pause(100);
        }
        return process.memoryUsage();
      },
      cpu: () => process.cpuUsage(),
    };
  },
  queue: async ({ publicJwk }) => {
    const waiting = new Set();
    let wave = 0;
    const subscribe = () => {
      let seen = -1;
      let wake;
      const tell = () => wake?.();
      waiting.add(tell);
      const source = {
        next: async () => {
          if (seen === wave) await new Promise((resolve) => (wake = resolve));
          seen = wave;
          return {
            done: false,
            value: { position: 1_000_000 - wave, status: 'WAITING', concert: { id: 'c1' } },
          };
        },
        return: async () => {
          waiting.delete(tell);
          return { done: true };
        },
        [Symbol.asyncIterator]: () => source,
      };
      return source;
    };
    const resolvers = { Subscription: { queuePosition: { subscribe, resolve: (ticket) => ticket } } };
    await serve('queue', resolvers, publicJwk);
    return {
      wave: () => {
        const startedAt = Date.now();
        wave++;
        for (const tell of waiting) tell();
        return startedAt;
      },
    };
  },
  concerts: async ({ publicJwk }) => {
    let asked = 0;
    await serve(
      'concerts',
      {
        Query: { ping: () => 1 },
        Concert: {
          __resolveReference: ({ id }) => (asked++, { id }),
          title: () => 'The Long Line',
          privateTitle: () => 'For you',
          venue: () => ({ name: 'Hall' }),
        },
      },
      publicJwk,
    );
    return { asked: () => asked };
  },
  clients: async ({ privateJwk }) => {
    const key = await importJWK(privateJwk, 'EdDSA');
    const token = (n) =>
      new SignJWT({ role: 'FAN', sid: id(n) })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setSubject(id(n))
        .setIssuer(accessTokenIssuer)
        .setAudience(accessTokenAudience)
        .setExpirationTime('1h')
        .sign(key);
    const sockets = [];
    let arrivals = [];
    let expected = 0;
    let wasLast = () => undefined;
    const follow = async (query, n) => {
      const socket = new WebSocket(`ws://127.0.0.1:${ports.gateway}/graphql`, 'graphql-transport-ws', {
        perMessageDeflate: false,
      });
      sockets.push(socket);
      socket.on('message', (data) => {
        const message = JSON.parse(data.toString());
        if (message.type === 'connection_ack') {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
        } else if (message.payload?.data?.queuePosition?.position === undefined) {
          console.error(JSON.stringify(message));
        } else {
          arrivals.push(Date.now());
          if (arrivals.length === expected) wasLast();
        }
      });
      await once(socket, 'open');
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${await token(n)}` } }),
      );
    };
    const all = async (count, cause) => {
      arrivals = [];
      expected = count;
      const done = new Promise((resolve) => (wasLast = resolve));
      cause();
      await Promise.race([done, pause(60_000)]);
      return arrivals;
    };
    return {
      join: ({ query, count }) =>
        all(count, async () => {
          for (let n = 0; n < count; n += 50) {
            await Promise.all(
              Array.from({ length: Math.min(50, count - n) }, (_, i) => follow(query, n + i)),
            );
          }
        }).then(({ length }) => length),
      await: ({ count }) => all(count, () => process.send({ ready: true })),
      leave: async () => {
        for (const socket of sockets.splice(0)) socket.terminate();
        await pause(1_000);
      },
    };
  },
};

const id = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const serve = (name, resolvers, publicJwk) =>
  startSubgraphServer({
    typeDefs: sdl[name],
    resolvers,
    contextFor: (viewer) => ({ viewer }),
    keys: keysFrom(publicJwk),
    checks: {},
    settings: { HOST: '127.0.0.1', PORT: ports[name], GATEWAY_SECRET: secret },
    lifecycle: new Lifecycle(log),
    log,
  });

async function play(role) {
  process.on('disconnect', () => process.exit());
  const [given] = await once(process, 'message');
  const commands = await roles[role](given);
  process.on('message', async ({ command, options }) => {
    process.send({ answer: (await commands[command](options)) ?? null });
  });
  process.send({ answer: 'started' });
}

async function conduct(sizes) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const given = {
    publicJwk: { ...(await exportJWK(publicKey)), alg: 'EdDSA' },
    privateJwk: await exportJWK(privateKey),
  };
  const processes = {};
  const answerOf = async (role) => {
    for (;;) {
      const [message] = await once(processes[role], 'message');
      if ('answer' in message) return message.answer;
    }
  };
  const ask = (role, command, options) => {
    const answer = answerOf(role);
    processes[role].send({ command, options });
    return answer;
  };
  for (const role of ['queue', 'concerts', 'gateway', 'clients']) {
    processes[role] = fork(fileURLToPath(import.meta.url), ['--role', role], {
      execArgv: ['--expose-gc', '--import', 'tsx', '-C', 'source'],
    });
    processes[role].send(given);
    await answerOf(role);
  }
  const warmUp = async (query) => {
    await ask('clients', 'join', { query, count: 200 });
    await ask('clients', 'leave');
  };
  for (const [what, query] of Object.entries(operations)) {
    await warmUp(query);
    for (const count of sizes) {
      const before = await ask('gateway', 'memory');
      const joinedAt = Date.now();
      const joined = await ask('clients', 'join', { query, count });
      const joinMs = Date.now() - joinedAt;
      const after = await ask('gateway', 'memory');
      const kb = (name) => ((after[name] - before[name]) / count / 1024).toFixed(1);
      console.log(
        `${what}, ${count} subscribers: ${joined} joined in ${joinMs} ms; KB each: ${kb('rss')} rss, ${kb('heapUsed')} heap, ${kb('external')} external`,
      );
      for (let wave = 1; wave <= 5; wave++) {
        await pause(1_000);
        const [cpu, asked] = [await ask('gateway', 'cpu'), await ask('concerts', 'asked')];
        const ready = once(processes.clients, 'message');
        const arrivals = ask('clients', 'await', { count });
        await ready;
        const startedAt = await ask('queue', 'wave');
        const times = (await arrivals).map((at) => at - startedAt).sort((a, b) => a - b);
        const used = await ask('gateway', 'cpu');
        const at = (share) => times[Math.min(Math.floor(times.length * share), times.length - 1)];
        console.log(
          `  wave ${wave}: ${times.length} told, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, last ${times.at(-1)} ms; gateway CPU ${Math.round((used.user + used.system - cpu.user - cpu.system) / 1000)} ms; entities asked for: ${(await ask('concerts', 'asked')) - asked}`,
        );
      }
      await ask('clients', 'leave');
    }
  }
  for (const child of Object.values(processes)) child.kill('SIGKILL');
  process.exit(0);
}

const [first, ...others] = process.argv.slice(2);
if (first === '--role') await play(others[0]);
else await conduct([first ?? 1_000, ...others].map(Number));
