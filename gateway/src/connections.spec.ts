import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startGatewayUnderTest, startSubgraph, stopAll } from './testing/stand.ts';

const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stopAll();
});

/** Sends text over a connection that the client does not end by itself. */
async function say(url: string, text: string): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const upgrade = (path: string) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: frontrow',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
    '\r\n',
  ].join('\r\n');

const statusOf = async (socket: Socket) => {
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return Number(/^HTTP\/1.1 (\d+)/.exec(answer.toString())?.[1]);
};
const upgradeStatus = async (url: string, path: string) => statusOf(await say(url, upgrade(path)));

describe('an upgrade that is refused', () => {
  it('has no effect on others when the client resets the connection meanwhile', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    for (let i = 0; i < 100; i++) {
      const socket = await say(gateway.url, upgrade('/nope'));
      if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    }
    expect((await gateway.query('{ trace }')).status).toBe(200);
  });

  it('is answered, and the connection is closed although the client keeps its side open', async () => {
    const gateway = await startGatewayUnderTest({});
    const refused = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await say(gateway.url, upgrade('/nope'));
        // The client's side is open, so writing fails only once the whole connection has ended.
        const gone = once(socket.resume(), 'end').then(async () => {
          while (!socket.destroyed) {
            socket.write('still there?');
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        });
        await gone;
        return socket.destroyed;
      }),
    );
    expect(refused).toEqual(Array(20).fill(true));
  });

  it('counts as a request, and does not delay a gateway that shuts down', async () => {
    const gateway = await startGatewayUnderTest({ REQUESTS_PER_MINUTE_PER_ADDRESS: '3' });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push(await upgradeStatus(gateway.url, '/nope'));
    expect(statuses).toEqual([404, 404, 404, 429]);
    const began = Date.now();
    await gateway.stop();
    expect(Date.now() - began).toBeLessThan(5_000);
  });
});

describe('the path of the API', () => {
  const paths: [path: string, isFound: boolean][] = [
    ['/graphql', true],
    ['/graphql/', true],
    ['/GraphQL', true],
    ['/graphql?who=1', true],
    ['/graphql/more', false],
    ['/graphql//', false],
    ['//graphql', false],
    ['/%67raphql', false],
    ['/', false],
    ['/nope', false],
  ];
  it('is the same by HTTP and by WebSocket', async () => {
    const gateway = await startGatewayUnderTest({});
    for (const [path, isFound] of paths) {
      const http = statusOf(
        await say(
          gateway.url,
          `POST ${path} HTTP/1.1\r\nHost: frontrow\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
        ),
      );
      const found = { path, http: await http, upgrade: await upgradeStatus(gateway.url, path) };
      expect(found).toEqual(isFound ? { path, http: 400, upgrade: 101 } : { path, http: 404, upgrade: 404 });
    }
  });
});

describe('operations of clients that are not logged in', () => {
  type Send = (url: string) => Promise<unknown>;
  const query = '{ trace }';
  const json = { 'content-type': 'application/json' };
  const eventStream = { ...json, accept: 'text/event-stream' };
  const inUrl = (url: string) => `${url}?query=${encodeURIComponent(query)}`;
  const by: Record<string, Send> = {
    POST: (url) => fetch(url, { method: 'POST', headers: json, body: JSON.stringify({ query }) }),
    GET: (url) => fetch(inUrl(url), { headers: { 'apollo-require-preflight': '1' } }),
    'an event stream': (url) => fetch(inUrl(url), { headers: eventStream }),
    'an event stream by POST': (url) =>
      fetch(url, { method: 'POST', headers: eventStream, body: JSON.stringify({ query }) }),
  };

  it.each(Object.entries(by))('by %s are counted for the address', async (_what, send) => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      REQUESTS_PER_MINUTE_PER_ADDRESS: '3',
    });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push(((await send(gateway.url)) as Response).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('by WebSocket are counted for the address, valid or not, as well as the WebSocket', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      REQUESTS_PER_MINUTE_PER_ADDRESS: '4',
    });
    const client = createClient({
      url: gateway.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      lazyCloseTimeout: 5_000,
      retryAttempts: 0,
    });
    const codes = [];
    for (const text of [query, '{ nothing }', query, query]) {
      const outcome = await client
        .iterate({ query: text })
        .next()
        .then(({ value }) => value as { errors?: unknown })
        .catch((errors: unknown) => ({ errors }));
      codes.push((outcome.errors as any)?.[0].extensions.code);
    }
    await client.dispose();
    expect(codes).toEqual([undefined, 'BAD_USER_INPUT', undefined, 'RATE_LIMITED']);
    expect((await gateway.query(query)).status).toBe(429);
  });
});

describe('connections of an address', () => {
  it('are limited before clients say who they are, and make room when they end', async () => {
    const gateway = await startGatewayUnderTest({ CONNECTIONS_PER_ADDRESS: '2' });
    const [one] = [await say(gateway.url, upgrade('/graphql')), await say(gateway.url, upgrade('/graphql'))];
    await statusOf(one);
    expect(await upgradeStatus(gateway.url, '/graphql')).toBe(429);
    one.resetAndDestroy();
    let status = 429;
    while (status === 429) status = await upgradeStatus(gateway.url, '/graphql');
    expect(status).toBe(101);
  });

  it('make room for event streams whose turn never came, too', async () => {
    const gateway = await startGatewayUnderTest({ CONNECTIONS_PER_ADDRESS: '3' });
    const query = encodeURIComponent('subscription { ticketMoves(id: "t1") { id } }');
    const stream = `GET /graphql?query=${query} HTTP/1.1\r\nHost: frontrow\r\nAccept: text/event-stream\r\n\r\n`;
    const pipelined = await say(gateway.url, stream.repeat(3));
    expect(await statusOf(pipelined)).toBe(200);
    const another = async () => {
      const socket = await say(gateway.url, stream);
      return statusOf(socket).finally(() => socket.destroy());
    };
    let status = 200;
    while (status !== 429) status = await another();
    pipelined.resetAndDestroy();
    while (status === 429) status = await another();
    expect(status).toBe(200);
  });

  it('have as much time for a request as an operation has', async () => {
    const gateway = await startGatewayUnderTest({
      ...{ OPERATION_TIMEOUT_MS: '500', SUBGRAPH_TIMEOUT_MS: '400' },
      ...{ SUBGRAPH_CONNECT_TIMEOUT_MS: '300', SUBSCRIPTION_ANSWER_MS: '400' },
    });
    const began = Date.now();
    const head = 'POST /graphql HTTP/1.1\r\nHost: frontrow\r\nContent-Type: application/json\r\n';
    const slow = [await say(gateway.url, head), await say(gateway.url, `${head}Content-Length: 9\r\n\r\n{`)];
    await Promise.all(slow.map((socket) => once(socket.resume(), 'end')));
    expect(Date.now() - began).toBeLessThan(3_000);
  });
});
