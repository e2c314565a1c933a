import { newId } from '@frontrow/kit/ids';
import { nothingRevoked } from '@frontrow/kit/revocations';
import { spansInMemory } from '@frontrow/kit/testing/spans';
import type { Tracing } from '@frontrow/kit/tracing';
import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  accessToken,
  forgedToken,
  keys,
  startGatewayUnderTest,
  startSubgraph,
  stopAll,
} from './testing/stand.ts';

let clients: Client[] = [];

afterEach(async () => {
  for (const client of clients) await client.dispose();
  clients = [];
  await stopAll();
});

const moves =
  'subscription ($failing: String) { ticketMoves(id: "t1", failing: $failing) { id concert { title } } }';

async function start(environment: Record<string, string> = {}, tracing?: Tracing) {
  const [users, queue, concerts] = await Promise.all([
    startSubgraph('users', undefined, tracing),
    startSubgraph('queue', undefined, tracing),
    startSubgraph('concerts', undefined, tracing),
  ]);
  const gateway = await startGatewayUnderTest(
    { USERS_URL: users.url, QUEUE_URL: queue.url, CONCERTS_URL: concerts.url, ...environment },
    keys,
    nothingRevoked,
    { tracing },
  );
  return { ...gateway, queue };
}

function connect(url: string, token?: string, headers: Record<string, string> = {}): Client {
  class WithHeaders extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers });
    }
  }
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WithHeaders,
    retryAttempts: 0,
    ...(token !== undefined && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  clients.push(client);
  return client;
}

const first = async (client: Client, query: string, variables: Record<string, unknown> = {}) =>
  (await client.iterate({ query, variables }).next()).value;

describe('a subscription through the gateway', () => {
  it('is signed, sent on behalf of the viewer, and completed by other subgraphs', async () => {
    const gateway = await start();
    const id = newId();
    const results = connect(gateway.url, await accessToken(id)).iterate({ query: moves });
    for (let n = 0; n < 3; n++) {
      expect((await results.next()).value).toEqual({
        data: { ticketMoves: { id: `${id} t1 ${n}`, concert: { title: 'Concert c1' } } },
      });
    }
    await results.return?.();
  });

  it.each([
    ['asks once for data that the subgraph declares public', 'asked', 1],
    ['asks each time for data that are for the viewer alone', 'asked note', 3],
  ])('%s', async (_what, fields, times) => {
    const gateway = await start();
    const query = `subscription { ticketMoves(id: "t1") { concert { ${fields} } } }`;
    const results = connect(gateway.url, await accessToken()).iterate({ query });
    const asked = new Set<number>();
    for (let n = 0; n < 3; n++) {
      const { value } = (await results.next()) as { value: any };
      asked.add(value.data.ticketMoves.concert.asked);
    }
    expect(asked.size).toBe(times);
    await results.return?.();
  });

  it('comes as Server-Sent Events too', async () => {
    const gateway = await start();
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${await accessToken()}`,
      },
      body: JSON.stringify({ query: moves }),
    });
    expect(response.status).toBe(200);
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString();
      if (text.split('event: next').length > 3) break;
    }
    expect(text).toMatch(/data: {"data":{"ticketMoves":{"id":"\S+ t1 0","concert":{"title":"Concert c1"}}}}/);
  });

  it('is refused by the subgraph if nobody is logged in, and by the gateway if the token is invalid', async () => {
    const gateway = await start();
    await expect(first(connect(gateway.url), moves)).rejects.toMatchObject([
      { message: 'Log in first.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    await expect(first(connect(gateway.url, await forgedToken()), moves)).rejects.toMatchObject({
      code: 4401,
    });
    const stream = await fetch(`${gateway.url}?query=${encodeURIComponent(moves)}`, {
      headers: { accept: 'text/event-stream', authorization: 'Bearer not.a.token' },
    });
    expect(stream.status).toBe(401);
    expect(((await stream.json()) as any).errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['refused', 'BAD_USER_INPUT', 'input.amount must be positive.'],
    ['other', 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'],
  ])('that fails reveals nothing about the subgraph (%s)', async (failing, code, message) => {
    const gateway = await start();
    const client = connect(gateway.url, await accessToken());
    await expect(first(client, moves, { failing })).rejects.toMatchObject([
      { message, extensions: { code } },
    ]);
  });

  it('obeys the same limits as a query', async () => {
    const gateway = await start({ MAX_DEPTH: '2', REQUESTS_PER_MINUTE_PER_VIEWER: '3' });
    const client = connect(gateway.url, await accessToken());
    await expect(first(client, moves)).rejects.toMatchObject([
      { extensions: { code: 'OPERATION_TOO_COMPLEX' } },
    ]);
    await expect(first(client, 'subscription { nothing }')).rejects.toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const shallow = 'subscription { ticketMoves(id: "t1") { id } }';
    expect((await first(client, shallow)).errors).toBeUndefined();
    await expect(first(client, shallow)).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });

  it('that comes too fast is told when to come back, as a stream too', async () => {
    const gateway = await start({ REQUESTS_PER_MINUTE_PER_VIEWER: '1' });
    const headers = {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${await accessToken()}`,
    };
    const body = JSON.stringify({ query: moves });
    const ask = () => fetch(gateway.url, { method: 'POST', headers, body });
    const stream = await ask();
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('counts towards the number that a viewer may have', async () => {
    const gateway = await start({ SUBSCRIPTIONS_PER_VIEWER: '1' });
    const client = connect(gateway.url, await accessToken());
    await first(client, moves);
    await expect(first(client, moves)).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });

  it('ends with the token', async () => {
    const gateway = await start();
    const client = connect(gateway.url, await accessToken(newId(), 3));
    const closed = new Promise((resolve) => client.on('closed', resolve));
    await first(client, moves);
    expect(await closed).toMatchObject({ code: 4403 });
  });

  it('continues when the subgraph is restarted', async () => {
    const gateway = await start();
    const results = connect(gateway.url, await accessToken()).iterate({ query: moves });
    await results.next();
    await results.next();
    await gateway.queue.stop();
    await startSubgraph('queue', Number(new URL(gateway.queue.url).port));
    for (;;) {
      const { value } = (await results.next()) as { value: any };
      expect(value.errors).toBeUndefined();
      if (value.data.ticketMoves.id.endsWith(' 0')) break;
    }
    await results.return?.();
  });

  it('does not keep the gateway from shutting down', async () => {
    const gateway = await start();
    const client = connect(gateway.url, await accessToken());
    const closed = new Promise((resolve) => client.on('closed', resolve));
    await first(client, moves);
    await gateway.stop();
    expect(await closed).toMatchObject({ code: 1012 });
  });
});

describe('a collector of traces', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const read = async (client: Client, query: string, named: string) =>
    (await client.iterate({ query, extensions: { traceparent: named } }).next()).value as { data: any };

  it('is told that a subscription begins, in the trace that its client names, and of what completes an event', async () => {
    const { tracing, spans } = spansInMemory();
    const gateway = await start({}, tracing);
    await read(connect(gateway.url, await accessToken()), moves, traceparent);
    // The gateway has stopped, so all requests have ended.
    await stopAll();
    const idOf = (span: ReturnType<typeof spans>[number] | undefined) => span?.spanContext().spanId;
    const beneath = (parent: string | undefined) =>
      spans().filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent);
    const [opening] = beneath('b7ad6b7169203331');
    expect(opening?.name).toBe('subscribe ticketMoves');
    expect(beneath(idOf(opening)).map(({ name }) => name)).toEqual(['subscribe ticketMoves']);
    const events = spans().filter(({ name }) => name === 'complete an event');
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) {
      expect(event.parentSpanContext).toBeUndefined();
      expect(event.links.map(({ context }) => context.spanId)).toEqual([idOf(opening)]);
      expect(beneath(idOf(event)).map(({ name }) => name)).toEqual(['POST /graphql']);
    }
  });

  it('is told of a query over a WebSocket as of any request', async () => {
    const { tracing, spans } = spansInMemory();
    const gateway = await start({}, tracing);
    const { data } = await read(connect(gateway.url), '{ trace }', traceparent);
    await stopAll();
    const [message] = spans().filter(({ name }) => name === 'message /graphql');
    expect(message?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(data.trace).toContain(`00-${traceId}-`);
  });

  it('is all that a client can reach by what it names', async () => {
    const gateway = await start();
    const client = connect(gateway.url);
    expect((await read(client, '{ trace }', traceparent)).data.trace).toBe(traceparent);
    const { data } = await read(client, '{ trace }', 'no trace\r\nx-other: header');
    expect(data.trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('over a WebSocket', () => {
  it('queries and mutations are executed as they are by HTTP', async () => {
    const gateway = await start();
    const id = newId();
    const client = connect(gateway.url, await accessToken(id));
    expect(await first(client, '{ me { id } concert(id: "c1") { title } }')).toEqual({
      data: { me: { id }, concert: { title: 'Concert c1' } },
    });
    expect(
      await first(client, 'mutation ($name: String!) { rename(name: $name) { name } }', { name: 'Mina' }),
    ).toEqual({
      data: { rename: { name: 'Mina' } },
    });
    const { errors } = await first(client, '{ failing(how: "other") }');
    expect(errors[0].extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
  });

  it('pages of other origins may make no more calls than by HTTP', async () => {
    const gateway = await start({ CORS_ORIGINS: 'https://shop.example' });
    const from = (origin: string) => first(connect(gateway.url, undefined, { origin }), '{ trace }');
    expect((await from('https://shop.example')).data.trace).toEqual(expect.any(String));
    expect((await from(new URL(gateway.url).origin)).data.trace).toEqual(expect.any(String));
    await expect(from('https://evil.example')).rejects.toMatchObject({
      message: expect.stringContaining('403'),
    });
  });

  it('serves nothing but the API', async () => {
    const gateway = await start();
    const client = connect(gateway.url.replace('/graphql', '/other'));
    await expect(first(client, '{ trace }')).rejects.toMatchObject({
      message: expect.stringContaining('404'),
    });
  });
});
