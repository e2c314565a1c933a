import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  accessToken,
  startFakeSubgraph,
  startGatewayUnderTest,
  startSubgraph,
  stopAll,
} from './testing/stand.ts';

const folders: string[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await stopAll();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const codes = (body: any): object[] =>
  (body as { errors: { extensions: object }[] }).errors.map(({ extensions }) => extensions);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** A file with the documents that a gateway trusts, until the test has ended. */
async function trusting(documents: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'frontrow-test-'));
  folders.push(folder);
  await writeFile(join(folder, 'documents.json'), JSON.stringify(documents));
  return join(folder, 'documents.json');
}
const persisted = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

describe('an operation that asks for too much', () => {
  /** Each fragment spreads the next one twice, so it selects 2^(levels + 1) - 2 times. */
  const doubling = (levels: number) => {
    const fragments = Array.from(
      { length: levels },
      (_, n) => `fragment F${n} on Ticket { ...F${n + 1} @include(if: true) ...F${n + 1} @skip(if: false) }`,
    );
    return `{ ticket { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Ticket { id }`;
  };
  const wide = '{ ticket { concerts { id } } concerts(first: 100) { edges { node { id } } } }';
  it.each([
    ['depth', { MAX_DEPTH: '2' }, '{ ticket { concert { id } } }', '{ ticket { id } }'],
    ['aliases', { MAX_ALIASES: '2' }, '{ a: trace b: trace c: trace }', '{ a: trace b: trace }'],
    ['tokens', { MAX_TOKENS: '8' }, '{ trace trace trace trace trace trace trace }', '{ trace }'],
    ['selections', { MAX_SELECTIONS: '200' }, doubling(7), doubling(3)],
    ['cost', { MAX_COST: '200' }, wide, '{ concerts(first: 90) { edges { node { id } } } }'],
  ])('by its %s is refused', async (_what, limits, tooMuch, enough) => {
    const gateway = await startGatewayUnderTest(limits);
    const refused = await gateway.query(tooMuch);
    expect(refused.status).toBe(400);
    expect(codes(refused.body)).toEqual([{ code: 'OPERATION_TOO_COMPLEX' }]);
    // There are no subgraphs, but the gateway has tried to ask them.
    expect(codes((await gateway.query(enough)).body)).toContainEqual({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('is refused the second time too, when its document is in the cache', async () => {
    const gateway = await startGatewayUnderTest({ MAX_COST: '200' });
    const query = 'query ($n: Int) { concerts(first: $n) { edges { node { id } } } }';
    expect(codes((await gateway.query(query, { variables: { n: 10 } })).body)).toEqual([
      { code: 'SERVICE_UNAVAILABLE' },
    ]);
    expect(codes((await gateway.query(query, { variables: { n: 100 } })).body)).toEqual([
      { code: 'OPERATION_TOO_COMPLEX' },
    ]);
  });

  it('by its size is refused', async () => {
    const gateway = await startGatewayUnderTest({});
    const how = 'x'.repeat(256 * 1024);
    const { status, body } = await gateway.query('query ($how: String!) { failing(how: $how) }', {
      variables: { how },
    });
    expect(status).toBe(413);
    expect(body).toEqual({
      errors: [
        {
          message: 'The body of the request is over 262144 bytes.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
  });

  it('by 30,000 wrong values gets one short error', async () => {
    const gateway = await startGatewayUnderTest({});
    const query = 'query ($numbers: [Int!]) { failing(how: "not at all", numbers: $numbers) }';
    const { status, body } = await gateway.query(query, {
      variables: { numbers: Array(30_000).fill('one') },
    });
    expect(status).toBe(400);
    expect(body.errors.length).toBe(1);
    expect(JSON.stringify(body).length).toBeLessThan(1_000);
  });
});

describe('an operation with two passwords', () => {
  const two = [
    'mutation { a: logIn { id } b: logIn { id } }',
    'mutation { logIn { id } ...F } fragment F on Mutation { register { id } }',
  ];

  it.each(two)('is refused before any of them is hashed: %s', async (query) => {
    const users = await startFakeSubgraph((response) => response.end('{"data":{}}'));
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const { status, body } = await gateway.query(query);
    expect(status).toBe(400);
    expect(codes(body)).toEqual([{ code: 'OPERATION_TOO_COMPLEX' }]);
    expect(users.requests).toEqual([]);
  });

  it('is refused over a WebSocket too, where one password is accepted together with the client’s address', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const client = createClient({ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket });
    try {
      const results = async (query: string) => (await client.iterate({ query }).next()).value;
      expect(codes(await results(two[0]!))).toEqual([{ code: 'OPERATION_TOO_COMPLEX' }]);
      expect((await results('mutation { logIn { name } }')).data).toEqual({ logIn: { name: '127.0.0.1' } });
    } finally {
      await client.dispose();
    }
  });
});

describe('what a subgraph refuses for now', () => {
  it('says when to come back, in the error and in the headers', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const { status, headers, body } = await gateway.query('mutation { register { id } }');
    expect(codes(body)).toEqual([{ code: 'RATE_LIMITED', retryAfterSeconds: 7 }]);
    expect(headers.get('retry-after')).toBe('7');
    expect(status).toBe(429);
  });
});

describe('requests that come too fast', () => {
  it('from one address are refused, and the answer says when to come back', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      REQUESTS_PER_MINUTE_PER_ADDRESS: '3',
    });
    for (let i = 0; i < 3; i++) expect((await gateway.query('{ trace }')).status).toBe(200);
    const { status, headers, body } = await gateway.query('{ trace }');
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(codes(body)).toEqual([{ code: 'RATE_LIMITED' }]);
  });

  it('from one viewer are refused, while others are served', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      REQUESTS_PER_MINUTE_PER_VIEWER: '3',
    });
    const [greedy, other] = await Promise.all([accessToken(), accessToken()]);
    const ask = (token: string) =>
      gateway.query('{ trace }', { headers: { authorization: `Bearer ${token}` } });
    for (let i = 0; i < 3; i++) expect((await ask(greedy)).status).toBe(200);
    const { status, headers, body } = await ask(greedy);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(codes(body)).toEqual([{ code: 'RATE_LIMITED' }]);
    expect((await ask(other)).status).toBe(200);
  });

  it('are not refused because the clock of the machine is set back', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      REQUESTS_PER_MINUTE_PER_ADDRESS: '3',
      REQUESTS_PER_MINUTE_PER_VIEWER: '3',
    });
    const headers = { authorization: `Bearer ${await accessToken()}` };
    expect((await gateway.query('{ trace }', { headers })).status).toBe(200);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 10 * 60_000);
    expect((await gateway.query('{ trace }', { headers })).status).toBe(200);
  });

  it.each([
    ['is ignored unless a proxy is known to write it', '0', 429],
    ['names the address if a proxy is known to write it', '1', 200],
  ])('are counted by address, and X-Forwarded-For %s', async (_what, proxies, status) => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      REQUESTS_PER_MINUTE_PER_ADDRESS: '1',
      TRUSTED_PROXIES: proxies,
    });
    const from = (address: string) => gateway.query('{ trace }', { headers: { 'x-forwarded-for': address } });
    expect((await from('192.0.2.1')).status).toBe(200);
    expect((await from('192.0.2.2')).status).toBe(status);
  });
});

describe('persisted queries', () => {
  it('are registered by the first client that sends them', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const query = '{ trace }';
    const unknown = await gateway.post(persisted(sha256(query)));
    expect(codes(unknown.body)).toEqual([{ code: 'PERSISTED_QUERY_NOT_FOUND' }]);
    expect(unknown.body.errors[0].message).toBe('PersistedQueryNotFound');
    await gateway.post({ query, ...persisted(sha256(query)) });
    expect((await gateway.post(persisted(sha256(query)))).body.data.trace).toEqual(expect.any(String));
  });

  it('that are trusted are the only ones that are executed, once they are configured', async () => {
    const users = await startSubgraph('users');
    const query = '{ trace }';
    const file = await trusting({ [sha256(query)]: query });
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url, TRUSTED_DOCUMENTS: file });
    expect((await gateway.post(persisted(sha256(query)))).body.data.trace).toEqual(expect.any(String));
    expect((await gateway.query(query)).body.data.trace).toEqual(expect.any(String));

    const other = '{ me { id } }';
    expect(codes((await gateway.query(other)).body)).toEqual([{ code: 'BAD_USER_INPUT' }]);
    await gateway.post({ query: other, ...persisted(sha256(other)) });
    expect(codes((await gateway.post(persisted(sha256(other)))).body)).toEqual([
      { code: 'PERSISTED_QUERY_NOT_FOUND' },
    ]);
  });

  it('that are trusted must match their hashes, or the gateway does not start', async () => {
    const file = await trusting({ [sha256('{ me { id } }')]: '{ trace }' });
    await expect(startGatewayUnderTest({ TRUSTED_DOCUMENTS: file })).rejects.toThrow(/TRUSTED_DOCUMENTS/);
  });
});

describe('introspection', () => {
  it('is off in production, and so are hints about the schema', async () => {
    const gateway = await startGatewayUnderTest({ NODE_ENV: 'production' });
    expect(codes((await gateway.query(getIntrospectionQuery())).body)).toContainEqual({
      code: 'BAD_USER_INPUT',
    });
    expect((await gateway.query('{ trac }')).body.errors[0].message).not.toMatch(/trace/);
  });

  it('elsewhere answers the query that tools send', async () => {
    const gateway = await startGatewayUnderTest({ NODE_ENV: 'development' });
    const { body } = await gateway.query(getIntrospectionQuery());
    expect(body.errors).toBeUndefined();
    expect(body.data.__schema.queryType.name).toBe('Query');
  });
});
