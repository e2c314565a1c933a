/* eslint-disable @typescript-eslint/require-await -- sources are async generators, whether or not they wait for anything */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { forbidden } from './errors.ts';
import { eventIterator } from './event-iterator.ts';
import { newId } from './ids.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger } from './log.ts';
import { nothingRevoked } from './revocations.ts';
import { subgraphSchema } from './subgraph-server.ts';
import type { SubgraphContext } from './subgraph-server.ts';
import { signConnection, signOperation } from './subscription-protocol.ts';
import { addSubscriptionServer } from './subscription-server.ts';
import { spansInMemory } from './testing/spans.ts';
import { accessTokenAudience, accessTokenIssuer, requireViewer } from './viewer.ts';

const signing = { secret: 'a secret that only tests know, 32+', subgraph: 'tiny' };
const log = createLogger('test', 'silent');
const { publicKey, privateKey } = await generateKeyPair('EdDSA');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'test' }] });

const accessToken = (id: string) =>
  new SignJWT({ role: 'FAN', sid: newId() })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
    .setSubject(id)
    .setIssuer(accessTokenIssuer)
    .setAudience(accessTokenAudience)
    .setExpirationTime('15 min')
    .sign(privateKey);

const typeDefs = `
  type Query { unused: Int }
  type Subscription { count(to: Int!): Int who: String refused: Int broken: Int breaks: Int context: Int endless: Int silent: Int }`;
let contexts = 0;
const resolvers = {
  Subscription: {
    count: field(async function* (_: unknown, { to }: { to: number }) {
      for (let n = 1; n <= to; n++) yield n;
    }),
    who: field(async function* (_: unknown, __: unknown, { viewer }: SubgraphContext) {
      yield requireViewer(viewer).id;
    }),
    refused: field(() => {
      throw forbidden();
    }),
    broken: field(() => {
      throw new Error('SELECT 1 FROM secrets');
    }),
    breaks: field(async function* () {
      yield 1;
      throw new Error('SELECT 1 FROM secrets');
    }),
    endless: field(async function* () {
      yield 1;
      await new Promise(() => undefined);
    }),
    silent: field(() => {
      let stop!: () => void;
      const stopped = new Promise<IteratorResult<number, undefined>>((resolve) => {
        stop = () => resolve({ done: true, value: undefined });
      });
      return eventIterator(() => stopped, stop);
    }),
    context: {
      subscribe: async function* () {
        yield* [1, 2];
      },
      resolve: (_: unknown, __: unknown, { made }: SubgraphContext & { made: number }) => made,
    },
  },
};

function field<Subscribe>(subscribe: Subscribe) {
  return { subscribe, resolve: (value: unknown) => value };
}

let lifecycle: Lifecycle;
let url: string;
/** Which subscriptions began and ended. */
let course: string[];
let spans: ReturnType<typeof spansInMemory>['spans'];

beforeEach(async () => {
  process.setMaxListeners(0);
  lifecycle = new Lifecycle(log);
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const closed = once(server, 'close');
  lifecycle.onClose('server', async () => {
    server.close();
    await closed;
  });
  const schema = subgraphSchema(typeDefs, resolvers);
  course = [];
  const { tracing, spans: collected } = spansInMemory();
  spans = collected;
  const contextFor = (viewer: SubgraphContext['viewer']) => ({ viewer, made: ++contexts });
  addSubscriptionServer(server, {
    schema,
    contextFor,
    keys,
    revoked: nothingRevoked,
    signing,
    onBegin: (name) => {
      course.push(`${name} began`);
      return () => course.push(`${name} ended`);
    },
    tracing,
    lifecycle,
    log,
  });
});
afterEach(() => lifecycle.close());

/** Speaks the protocol, or does not, message by message. */
async function connect(payload?: object) {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const messages: any[] = [];
  let wake: () => void = () => undefined;
  socket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString()));
    wake();
  });
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  const take = async () => {
    while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return messages.shift();
  };
  send({ type: 'connection_init', ...(payload && { payload }) });
  return { send, take, closed, socket };
}

async function signedIn() {
  const connection = await connect(signConnection(signing, new Date()));
  expect(await connection.take()).toEqual({ type: 'connection_ack' });
  const subscribe = (
    query: string,
    options: { authorization?: string; variables?: Record<string, unknown>; traceparent?: string } = {},
  ) => {
    const operation = { query, ...(options.variables && { variables: options.variables }) };
    const extensions = signOperation(signing, operation, options.authorization, new Date());
    const { traceparent } = options;
    const payload = { ...operation, extensions: { ...extensions, ...(traceparent && { traceparent }) } };
    connection.send({ id: '1', type: 'subscribe', payload });
  };
  return { ...connection, subscribe };
}

describe('subscriptions at a subgraph', () => {
  it('give their events, and end with their source', async () => {
    const { subscribe, take } = await signedIn();
    subscribe('subscription ($to: Int!) { count(to: $to) }', { variables: { to: 2 } });
    expect(await take()).toEqual({ id: '1', type: 'next', payload: { data: { count: 1 } } });
    expect(await take()).toEqual({ id: '1', type: 'next', payload: { data: { count: 2 } } });
    expect(await take()).toEqual({ id: '1', type: 'complete' });
  });

  it('know the viewer by the token, which they verify themselves', async () => {
    const { subscribe, take } = await signedIn();
    const id = newId();
    subscribe('subscription { who }', { authorization: `Bearer ${await accessToken(id)}` });
    expect((await take()).payload).toEqual({ data: { who: id } });
    await take();
    subscribe('subscription { who }', { authorization: 'Bearer not.a.token' });
    expect(await take()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('make a context for each event, so that nothing is remembered from the one before', async () => {
    const { subscribe, take } = await signedIn();
    subscribe('subscription { context }');
    const first = Number((await take()).payload.data.context);
    expect((await take()).payload.data.context).toBe(first + 1);
  });

  it.each([
    ['not signed', undefined],
    ['signed with another secret', signConnection({ ...signing, secret: 'x'.repeat(32) }, new Date())],
    ['signed for another subgraph', signConnection({ ...signing, subgraph: 'payments' }, new Date())],
    ['signed too long ago', signConnection(signing, new Date(Date.now() - 61_000))],
  ])('are for the gateway alone: a connection that is %s is closed', async (_how, payload) => {
    const { closed } = await connect(payload);
    expect(await closed).toBe(4403);
  });

  it('are for the gateway alone: each operation is signed, with the viewer and the variables', async () => {
    const { send, take } = await signedIn();
    const operation = { query: 'subscription ($to: Int!) { count(to: $to) }', variables: { to: 1 } };
    const authorization = `Bearer ${await accessToken(newId())}`;
    const extensions = signOperation(signing, operation, authorization, new Date());
    const changed = [
      { ...operation },
      { ...operation, extensions: { ...extensions, authorization: 'Bearer another.one' } },
      { ...operation, extensions, variables: { to: 9 } },
      { ...operation, extensions, query: 'subscription { who }' },
      {
        ...operation,
        extensions: signOperation(signing, operation, authorization, new Date(Date.now() - 61_000)),
      },
    ];
    for (const payload of changed) {
      send({ id: '1', type: 'subscribe', payload });
      expect(await take()).toEqual({
        id: '1',
        type: 'error',
        payload: [
          {
            message: 'Subscriptions must be signed by the gateway.',
            extensions: { code: 'UNAUTHENTICATED' },
          },
        ],
      });
    }
  });

  it('that are not valid are refused, however often they come', async () => {
    const { subscribe, take } = await signedIn();
    for (const _ of [1, 2]) {
      subscribe('subscription { nothing }');
      expect(await take()).toMatchObject({
        id: '1',
        type: 'error',
        payload: [{ message: expect.stringContaining('Cannot query field "nothing"') }],
      });
    }
  });

  it.each([
    ['refused', 'FORBIDDEN', 'Only operators may do this.'],
    ['broken', 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'],
  ])('that are %s end with an error that shows no internals', async (name, code, message) => {
    const { subscribe, take } = await signedIn();
    subscribe(`subscription { ${name} }`);
    expect(await take()).toMatchObject({ type: 'error', payload: [{ message, extensions: { code } }] });
  });

  it('have a span of their beginning, beneath that of the gateway, and none for each event', async () => {
    const { subscribe, take } = await signedIn();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    subscribe('subscription { count(to: 3) }', { traceparent });
    for (let messages = 0; messages < 4; messages++) await take();
    subscribe('subscription { refused }', { traceparent });
    await take();
    expect(spans().map(({ name, status }) => [name, status.message])).toEqual([
      ['subscribe count', undefined],
      ['subscribe refused', 'Only operators may do this.'],
    ]);
    for (const { parentSpanContext } of spans()) {
      expect(parentSpanContext).toMatchObject({
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
      });
    }
  });

  it('are told to have ended once, whether by their source or by the gateway', async () => {
    const { subscribe, send, take } = await signedIn();
    subscribe('subscription { silent }');
    while (course.length === 0) await new Promise((resolve) => setImmediate(resolve));
    send({ id: '1', type: 'complete' });
    send({ type: 'ping' });
    expect(await take()).toEqual({ type: 'pong' });
    expect(course).toEqual(['silent began', 'silent ended']);
    subscribe('subscription { count(to: 1) }');
    for (let messages = 0; messages < 2; messages++) await take();
    expect(course.slice(2)).toEqual(['count began', 'count ended']);
  });

  it('that break in mid-stream do so too', async () => {
    const { subscribe, take } = await signedIn();
    subscribe('subscription { breaks }');
    expect((await take()).payload).toEqual({ data: { breaks: 1 } });
    expect((await take()).payload).toEqual([
      { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });

  it('do not keep a process from ending, and tell the gateway that it is a pause', async () => {
    const { subscribe, take, closed } = await signedIn();
    subscribe('subscription { endless }');
    await take();
    await lifecycle.close();
    expect(await closed).toBe(1012);
  });
});
