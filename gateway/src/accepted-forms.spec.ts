import { createHash } from 'node:crypto';
import {
  accessToken,
  startFakeSubgraph,
  startGatewayUnderTest,
  startSubgraph,
  stopAll,
} from './testing/stand.ts';
import type { GatewayUnderTest } from './testing/stand.ts';

const [json, graphqlJson, eventStream] = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
  'text/event-stream; charset=utf-8',
];
const urql =
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed';
const query = '{ trace }';
const subscription = 'subscription Moves { ticketMoves(id: "t1") { id } }';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  const [users, queue] = await Promise.all([startSubgraph('users'), startSubgraph('queue')]);
  gateway = await startGatewayUnderTest({ USERS_URL: users.url, QUEUE_URL: queue.url });
});
afterAll(stopAll);

/** Sends a request. Of an event stream it reads one event only, because a subscription never ends. */
async function send(accept: string | undefined, body: object, method = 'POST') {
  const controller = new AbortController();
  const headers = {
    ...(method === 'POST' && { 'content-type': 'application/json' }),
    'apollo-require-preflight': '1',
    authorization: `Bearer ${await accessToken()}`,
    // without this, fetch would send */*
    ...(accept !== undefined && { accept }),
  };
  const url =
    method === 'POST'
      ? gateway.url
      : `${gateway.url}?${String(new URLSearchParams(body as Record<string, string>))}`;
  const response = await fetch(url, {
    method,
    headers,
    signal: controller.signal,
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type');
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (type === eventStream && text.includes('data: {')) break;
  }
  controller.abort();
  return { status: response.status, type, text };
}

describe('a query', () => {
  it.each([
    ['says nothing', undefined, json],
    ['says nothing about forms', '', json],
    ['takes anything', '*/*', json],
    ['takes any application', 'application/*', json],
    ['is urql', urql, graphqlJson],
    ['is Apollo Client', 'application/graphql-response+json,application/json;q=0.9', graphqlJson],
    ['prefers plain JSON', 'application/graphql-response+json;q=0.1, application/json', json],
    ['prefers event streams, but takes JSON', 'text/event-stream, application/json;q=0.1', json],
    ['names the charset', 'application/json; charset=UTF-8', json],
    ['does not take plain JSON', 'application/json;q=0, */*', graphqlJson],
    ['does not take event streams', 'text/event-stream;q=0, */*;q=0.1', json],
    ['takes event streams only', 'text/event-stream', eventStream],
    ['takes event streams rather than nothing', 'text/event-stream;q=0.1, application/json;q=0', eventStream],
    ['takes text', 'TEXT/*', eventStream],
  ])('of a client that %s is answered in the form that it prefers', async (_who, accept, type) => {
    const answer = await send(accept, { query });
    expect(answer).toMatchObject({ status: 200, type });
    expect(answer.text).toContain('{"data":{"trace":"');
  });

  it.each(['text/html', 'multipart/mixed', 'application/json;q=0', 'text/event-stream;q=0', 'nonsense'])(
    'is not even begun for a client that takes %s',
    async (accept) => {
      const users = await startFakeSubgraph((response) => response.end('{"data":{}}'));
      const { post } = await startGatewayUnderTest({ USERS_URL: users.url });
      const rename = { query: 'mutation { rename(name: "Eve") { name } }' };
      const { status, headers, body } = await post(rename, { accept });
      expect([status, headers.get('content-type')]).toEqual([406, json]);
      expect(body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(users.requests).toEqual([]);
      await post(rename, { accept: 'application/json' });
      expect(users.requests).toHaveLength(1);
    },
  );
});

describe('a subscription', () => {
  it.each(['text/event-stream', urql, '*/*', 'application/json, text/event-stream;q=0.1'])(
    'is a stream of events for a client that accepts %s',
    async (accept) => {
      expect(await send(accept, { query: subscription })).toMatchObject({ status: 200, type: eventStream });
    },
  );

  it.each(['application/json', 'text/event-stream;q=0, */*'])(
    'is refused to a client that accepts %s',
    async (accept) => {
      expect(await send(accept, { query: subscription })).toMatchObject({ status: 400, type: json });
    },
  );

  it('depends on the operation that operationName names', async () => {
    const both = `query One ${query} ${subscription}`;
    expect(await send(urql, { query: both, operationName: 'One' })).toMatchObject({ type: graphqlJson });
    expect(await send(urql, { query: both, operationName: 'Moves' })).toMatchObject({ type: eventStream });
    expect(await send(urql, { query: both, operationName: 'Moves' }, 'GET')).toMatchObject({
      type: eventStream,
    });
  });

  it('that is wrong is refused in JSON, of the kind that the client accepts', async () => {
    const wrong = { query: 'subscription { nothing }' };
    expect(await send(urql, wrong)).toMatchObject({ status: 400, type: graphqlJson });
    expect(await send('text/event-stream', wrong)).toMatchObject({ status: 400, type: json });
  });
});

describe('persisted queries', () => {
  const persisted = (text: string) => ({
    extensions: {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') },
    },
  });
  const inUrl = ({ extensions }: ReturnType<typeof persisted>) => ({
    extensions: JSON.stringify(extensions),
  });

  it.each(['POST', 'GET'])('work by %s for a client that also takes event streams', async (method) => {
    const document = `query By${method} { trace __typename }`;
    const hash = persisted(document);
    const how = (body: object) => (method === 'GET' ? { ...body, ...inUrl(hash) } : { ...body, ...hash });
    const unknown = await send(urql, how({}), method);
    expect(unknown.text).toContain('PersistedQueryNotFound');
    expect((await send(urql, how({ query: document }), method)).text).toContain('"data"');
    expect(await send(urql, how({}), method)).toMatchObject({ status: 200, type: graphqlJson });
  });

  it('work as event streams too, queries and subscriptions alike', async () => {
    for (const document of [`query Streamed ${query}`, `${subscription} # persisted`]) {
      for (const accept of [urql, 'text/event-stream']) {
        const hash = persisted(`${document} ${accept}`);
        const unknown = await send(accept, hash);
        expect(JSON.parse(unknown.text)).toMatchObject({
          errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
        });
      }
      const hash = persisted(document);
      await send('text/event-stream', { query: document, ...hash });
      expect(await send('text/event-stream', hash)).toMatchObject({ status: 200, type: eventStream });
      expect(await send('text/event-stream', inUrl(hash), 'GET')).toMatchObject({
        status: 200,
        type: eventStream,
      });
    }
  });

  it.each([5, {}, { version: 2, sha256Hash: 'x' }, { version: 1, sha256Hash: 'x' }, { version: 1 }])(
    'that are malformed (%j) are refused as such',
    async (persistedQuery) => {
      for (const accept of [urql, 'text/event-stream']) {
        const { status, text } = await send(accept, { query, extensions: { persistedQuery } });
        expect(status).toBe(400);
        expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      }
    },
  );
});
