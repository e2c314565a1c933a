import type { GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import { createLogger } from '@frontrow/kit/log';
import { isSignedByGateway } from '@frontrow/kit/request-signature';
import { Agent } from 'undici';
import type { GatewayContext } from './context.ts';
import { SharedReads } from './shared-reads.ts';
import { SubgraphClient } from './subgraph-client.ts';
import { accessToken, nowhere, secret, startFakeSubgraph, startGatewayUnderTest } from './testing/stand.ts';
import { startSubgraph, stopAll } from './testing/stand.ts';

afterEach(async () => {
  jest.restoreAllMocks();
  await stopAll();
});

const unavailable = (path: (string | number)[]) => ({
  message: 'This part is not available right now. Try again.',
  path,
  extensions: { code: 'SERVICE_UNAVAILABLE' },
});

const slow = 'query ($ms: Int!) { slow(ms: $ms) }';
const startSlow = () =>
  startFakeSubgraph((response) => {
    setTimeout(() => response.end('{"data":{"slow":"-"}}'), 20);
  });

const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
});

/** A client of a subgraph, without a gateway around it. */
function clientOf(address: string, atATime: number): SubgraphClient {
  const connections = new Agent();
  agents.push(connections);
  return new SubgraphClient({
    name: 'users',
    addresses: [address],
    connections,
    atATime,
    secret,
    timeoutMs: 25_000,
    sharedReads: new SharedReads(20),
    log: createLogger('test', 'silent'),
  });
}

describe('a request to a subgraph', () => {
  it('carries the signature over its body and viewer, and the token itself', async () => {
    const users = await startFakeSubgraph((response) => response.end('{"data":{"trace":"-"}}'));
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const authorization = `Bearer ${await accessToken()}`;
    await gateway.query('{ trace }', { headers: { authorization } });
    const { headers, body } = users.requests[0]!;
    const signature = headers['frontrow-signature'] as string;
    const client = headers['frontrow-client'] as string;
    const signed = { subgraph: 'users', authorization, client, body };
    const isSigned = (changed: object) =>
      isSignedByGateway(secret, { ...signed, ...changed }, signature, new Date());
    expect(headers.authorization).toBe(authorization);
    expect(isSigned({})).toBe(true);
    expect(isSigned({ authorization: undefined })).toBe(false);
    expect(isSigned({ client: '{"address":"192.0.2.9"}' })).toBe(false);
    expect(isSigned({ subgraph: 'queue' })).toBe(false);
    expect(isSigned({ body: `${body} ` })).toBe(false);
  });

  it('says where the client is and which software it is, whatever the client claims', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url, TRUSTED_PROXIES: '1' });
    const headers = {
      'user-agent': 'An app/1.0',
      'x-forwarded-for': '192.0.2.66, 2001:db8:0:1:2:3:4:5',
      'frontrow-client': '{"address":"192.0.2.99"}',
    };
    const { body } = await gateway.query('mutation { logIn { name role } }', { headers });
    expect(body.data.logIn).toEqual({ name: '2001:db8:0:1', role: 'An app/1.0' });
  });

  it('belongs to the trace of the operation, the same one in all subgraphs', async () => {
    const [users, queue] = await Promise.all([startSubgraph('users'), startSubgraph('queue')]);
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url, QUEUE_URL: queue.url });
    const query = '{ trace queueTrace }';
    const own = (await gateway.query(query)).body.data;
    expect(own.trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(own.queueTrace).toBe(own.trace);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const given = (await gateway.query(query, { headers: { traceparent } })).body.data;
    expect(given).toEqual({ trace: traceparent, queueTrace: traceparent });
  });

  it('that is not signed is refused, whatever it asks for', async () => {
    const users = await startSubgraph('users');
    for (const query of ['{ me { id } }', '{ _service { sdl } }', '{ __typename }']) {
      const response = await fetch(users.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).not.toHaveProperty('data');
    }
  });

  it('uses connections that are kept open', async () => {
    const users = await startFakeSubgraph((response) => response.end('{"data":{"trace":"-"}}'));
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    for (let i = 0; i < 20; i++) await gateway.query('{ trace }');
    expect(users.requests.length).toBe(20);
    expect(users.connections).toBe(1);
  });

  it('opens no more connections than allowed, however many run at once', async () => {
    const users = await startSlow();
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url, SUBGRAPH_CONNECTIONS: '3' });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, ms) => gateway.query(slow, { variables: { ms } })),
    );
    expect(answers.map(({ body }) => body.data.slow)).toEqual(Array(30).fill('-'));
    expect(users.connections).toBeLessThanOrEqual(3);
  });

  it('waits for one request of each address at most, however many another one sends', async () => {
    const users = await startSlow();
    const gateway = await startGatewayUnderTest({
      ...{ USERS_URL: users.url, SUBGRAPH_CONNECTIONS: '2', TRUSTED_PROXIES: '1' },
    });
    const answered: string[] = [];
    const ask = async (address: string, ms: number) => {
      await gateway.query(slow, { variables: { ms }, headers: { 'x-forwarded-for': address } });
      answered.push(address);
    };
    const flood = Array.from({ length: 60 }, (_, n) => ask('192.0.2.1', n));
    await flood[0];
    const honest = ask('192.0.2.2', 60);
    await Promise.all([...flood, honest]);
    expect(answered.indexOf('192.0.2.2')).toBeLessThan(30);
  });
});

describe('queries that are the same', () => {
  const ask = async (headers: Record<string, string> = {}) => {
    const users = await startSlow();
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.query('{ slow(ms: 1) }', { headers })),
    );
    expect(answers.map(({ body }) => body.data.slow)).toEqual(Array(20).fill('-'));
    return users.requests.length;
  };

  it('and come at the same moment are sent once, whether nobody is logged in or one viewer asks', async () => {
    // On a machine that is slow at this very moment, some may come too late.
    expect(await ask()).toBeLessThan(20);
    expect(await ask({ authorization: `Bearer ${await accessToken()}` })).toBeLessThan(20);
  });

  it('are sent for each viewer', async () => {
    const users = await startSlow();
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const viewers = [`Bearer ${await accessToken()}`, `Bearer ${await accessToken()}`];
    await Promise.all(
      viewers.map((authorization) => gateway.query('{ slow(ms: 1) }', { headers: { authorization } })),
    );
    expect(users.requests.map(({ headers }) => headers.authorization).toSorted()).toEqual(viewers.toSorted());
  });

  it('are not joined by a viewer who has changed something since one was sent', async () => {
    const changed = jest.spyOn(SharedReads.prototype, 'changed');
    const users = await startFakeSubgraph((response) => response.end('{"data":{"rename":{"name":"-"}}}'));
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const authorization = `Bearer ${await accessToken()}`;
    await gateway.query('mutation { rename(name: "-") { name } }', { headers: { authorization } });
    // The reads of subgraphs, and the whole queries.
    expect(changed.mock.calls).toEqual([[authorization], [expect.stringMatching(/ FAN$/)]]);
    changed.mockRestore();
  });

  it('that are mutations are all carried out', async () => {
    const users = await startFakeSubgraph((response) => {
      setTimeout(() => response.end('{"data":{"rename":{"name":"-"}}}'), 20);
    });
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    await Promise.all(
      Array.from({ length: 5 }, () => gateway.query('mutation { rename(name: "-") { name } }')),
    );
    expect(users.requests).toHaveLength(5);
  });
});

describe('a subgraph that is down', () => {
  it('costs its own fields, each with an error in its place, and nothing else', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const { status, body } = await gateway.query(
      '{ trace found: concert(id: "c1") { title } ticket { id } }',
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { trace: expect.any(String), found: null, ticket: null },
      errors: expect.arrayContaining([unavailable(['found']), unavailable(['ticket'])]),
    });
    expect(body.errors.length).toBe(2);
  });

  it('costs the fields that it adds to entities of others', async () => {
    const queue = await startSubgraph('queue');
    const gateway = await startGatewayUnderTest({ QUEUE_URL: queue.url });
    const { body } = await gateway.query(
      '{ ticket { id concert { id ...Named } concerts { id note } } } fragment Named on Concert { title }',
    );
    expect(body.data).toEqual({
      ticket: {
        id: 't1',
        concert: { id: 'c1', title: null },
        concerts: [
          { id: 'c1', note: null },
          { id: 'c2', note: null },
        ],
      },
    });
    expect(body.errors).toEqual(
      expect.arrayContaining([
        unavailable(['ticket', 'concert', 'title']),
        unavailable(['ticket', 'concerts', 0, 'note']),
        unavailable(['ticket', 'concerts', 1, 'note']),
      ]),
    );
    expect(body.errors.length).toBe(3);
  });

  it('is asked again as soon as it is back', async () => {
    let isUp = false;
    const users = await startFakeSubgraph((response) => {
      if (isUp) response.end('{"data":{"trace":"-"}}');
      else response.destroy();
    });
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    expect((await gateway.query('{ trace }')).body.errors).toEqual([unavailable(['trace'])]);
    isUp = true;
    expect((await gateway.query('{ trace }')).body).toEqual({ data: { trace: '-' } });
  });

  it.each([
    ['fails', 500, '{"errors":[{"message":"boom at 10.0.0.7"}]}'],
    ['is behind a proxy that cannot reach it', 502, '<html>nginx at 10.0.0.7</html>'],
    ['answers with something else', 200, '[]'],
    ['sends half of its answer', 200, '{"data":{"tra'],
    ['refuses the signature', 401, '{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}'],
  ])('because it %s costs its fields', async (_how, status, text) => {
    const users = await startFakeSubgraph((response) => response.writeHead(status).end(text));
    const concerts = await startSubgraph('concerts');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url, CONCERTS_URL: concerts.url });
    const { body } = await gateway.query('{ trace concert(id: "c1") { title } }');
    expect(body).toEqual({
      data: { trace: null, concert: { title: 'Concert c1' } },
      errors: [unavailable(['trace'])],
    });
  });

  it('reports a token that expired on the way by its own code', async () => {
    const code = 'UNAUTHENTICATED';
    const users = await startFakeSubgraph((response) =>
      response
        .writeHead(500)
        .end(JSON.stringify({ errors: [{ message: 'Expired.', extensions: { code } }] })),
    );
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const { body } = await gateway.query('{ trace }');
    expect(body.errors).toEqual([{ message: 'Expired.', path: ['trace'], extensions: { code } }]);
  });
});

describe('a subgraph that is slow', () => {
  it('costs its fields when a request to it has taken too long', async () => {
    const [users, concerts] = await Promise.all([startSubgraph('users'), startSubgraph('concerts')]);
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      CONCERTS_URL: concerts.url,
      SUBGRAPH_TIMEOUT_MS: '300',
      SUBGRAPH_CONNECT_TIMEOUT_MS: '200',
    });
    const startedAt = Date.now();
    const { body } = await gateway.query('{ slow(ms: 5000) concert(id: "c1") { title } }');
    expect(Date.now() - startedAt).toBeLessThan(4_500);
    expect(body).toEqual({
      data: { slow: null, concert: { title: 'Concert c1' } },
      errors: [unavailable(['slow'])],
    });
  });

  it('does not delay an operation beyond its own time', async () => {
    const later = (ms: number, data: object) => (response: ServerResponse) =>
      void setTimeout(() => response.end(JSON.stringify({ data })), ms);
    const ticket = { concert: { __typename: 'Concert', id: 'c1' } };
    const queue = await startFakeSubgraph(later(600, { ticket }));
    const concerts = await startFakeSubgraph(later(900, { _entities: [{ title: 'Concert c1' }] }));
    const gateway = await startGatewayUnderTest({
      ...{ QUEUE_URL: queue.url, CONCERTS_URL: concerts.url },
      ...{ OPERATION_TIMEOUT_MS: '1300', SUBGRAPH_TIMEOUT_MS: '1250', SUBSCRIPTION_ANSWER_MS: '1250' },
      SUBGRAPH_CONNECT_TIMEOUT_MS: '1200',
    });
    // Each request has time enough, but not both.
    const { body } = await gateway.query('{ ticket { concert { title } } }');
    expect(body.errors).toEqual([unavailable(['ticket', 'concert', 'title'])]);
  });
});

describe('a file', () => {
  it('waits for one request of each address at most, however many another one sends', async () => {
    const concerts = await startFakeSubgraph((response) => response.writeHead(404).end('{}'));
    const client = clientOf(concerts.url, 1);
    const flood = Array.from({ length: 6 }, (_, n) => client.file(`flood ${n}`, 'br', '192.0.2.1'));
    const honest = client.file('honest', 'br', '192.0.2.2');
    expect(await Promise.all([...flood, honest])).toEqual(Array(7).fill(null));
    const asked = concerts.requests.map(({ body }) => (JSON.parse(body) as { name: string }).name);
    expect(asked.slice(0, 3)).toEqual(['flood 0', 'flood 1', 'honest']);
  });
});

describe('an operation that has little time left', () => {
  it('does not take others, who have more, with it', async () => {
    const users = await startFakeSubgraph((response) => {
      setTimeout(() => response.end('{"data":{"trace":"-"}}'), 400);
    });
    const client = clientOf(users.url, 8);
    const ask = (timeLeftMs: number) =>
      client.process({
        request: { query: '{ trace }' },
        context: {
          viewer: null,
          client: { address: '192.0.2.1', agent: undefined },
          authorization: undefined,
          traceparent: undefined,
          deadline: performance.now() + timeLeftMs,
        },
      } as unknown as GraphQLDataSourceProcessOptions<GatewayContext>);
    const [hasty, patient] = await Promise.all([ask(200), ask(20_000)]);
    expect(hasty.errors).toEqual([unavailable(['trace'])]);
    expect(patient).toEqual({ data: { trace: '-' } });
  });
});

describe('the clock of the machine', () => {
  it('may be set forward while an operation is in progress', async () => {
    const queue = await startFakeSubgraph((response) => {
      jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
      response.end('{"data":{"ticket":{"concert":{"__typename":"Concert","id":"c1"}}}}');
    });
    const concerts = await startSubgraph('concerts');
    const gateway = await startGatewayUnderTest({ QUEUE_URL: queue.url, CONCERTS_URL: concerts.url });
    const { body } = await gateway.query('{ ticket { concert { title } } }');
    expect(body).toEqual({ data: { ticket: { concert: { title: 'Concert c1' } } } });
  });
});

describe('replicas of a subgraph', () => {
  it('take turns', async () => {
    const answer = '{"data":{"trace":"-"}}';
    const replicas = await Promise.all(
      [1, 2].map(() => startFakeSubgraph((response) => response.end(answer))),
    );
    const gateway = await startGatewayUnderTest({ USERS_URL: replicas.map(({ url }) => url).join(',') });
    for (let i = 0; i < 10; i++) await gateway.query('{ trace }');
    expect(replicas.map(({ requests }) => requests.length)).toEqual([5, 5]);
  });

  it('are asked instead of one that cannot be reached, for mutations too', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: `${nowhere},${users.url}` });
    for (let i = 0; i < 10; i++) {
      const { body } = await gateway.query('mutation { rename(name: "Mina") { name } }');
      expect(body).toEqual({ data: { rename: { name: 'Mina' } } });
    }
  });

  it('are not asked to repeat what one may have done before it broke', async () => {
    const breaking = await startFakeSubgraph((response) => response.destroy());
    const other = await startFakeSubgraph((response) => response.end('{"data":{"rename":{"name":"Mina"}}}'));
    const gateway = await startGatewayUnderTest({ USERS_URL: `${other.url},${breaking.url}` });
    const { body } = await gateway.query('mutation { rename(name: "Mina") { name } }');
    expect(body.errors).toEqual([unavailable(['rename'])]);
    expect([breaking.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  it('that lost its database is not asked while it says so, and mutations that it did not execute go to another', async () => {
    const sick = await startFakeSubgraph((response) =>
      response.writeHead(503, { 'frontrow-not-executed': 'true' }).end('{"ready":false}'),
    );
    const well = await startFakeSubgraph((response) =>
      response.end('{"ready":true,"data":{"rename":{"name":"Mina"}}}'),
    );
    const gateway = await startGatewayUnderTest({ USERS_URL: `${sick.url},${well.url}` });
    const rename = async () => (await gateway.query('mutation { rename(name: "Mina") { name } }')).body;
    expect([await rename(), await rename()]).toEqual(Array(2).fill({ data: { rename: { name: 'Mina' } } }));
    // This is long after it failed a request; it is known not to be ready because it is asked.
    await until(() => sick.looks >= 3);
    const before = sick.requests.length;
    for (let i = 0; i < 6; i++) await rename();
    expect(sick.requests.length).toBe(before);
  });

  it('answer queries for one that fails in the middle, and for one that does not answer', async () => {
    const lost =
      '{"data":null,"errors":[{"message":"Try again.","extensions":{"code":"SERVICE_UNAVAILABLE"}}]}';
    const failing = await startFakeSubgraph((response) => response.end(lost));
    const hanging = await startFakeSubgraph(() => undefined);
    const well = await startFakeSubgraph((response) => response.end('{"data":{"trace":"-"}}'));
    for (const other of [failing, hanging]) {
      const gateway = await startGatewayUnderTest({ USERS_URL: `${well.url},${other.url}` });
      for (let i = 0; i < 2; i++)
        expect((await gateway.query('{ trace }')).body).toEqual({ data: { trace: '-' } });
    }
    for (const { requests } of [failing, hanging]) expect(requests.length).toBeGreaterThan(0);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}
