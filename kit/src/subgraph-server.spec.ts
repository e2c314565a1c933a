import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWTVerifyGetKey } from 'jose';
import { clientHeader, writeClient } from './client.ts';
import type { Client } from './client.ts';
import { badUserInput } from './errors.ts';
import { newId } from './ids.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger } from './log.ts';
import { signatureHeader, signRequest } from './request-signature.ts';
import { nothingRevoked } from './revocations.ts';
import { startSubgraphServer } from './subgraph-server.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';
import { freePort } from './testing/script.ts';
import { currentTraceparent } from './trace.ts';
import { requireViewer } from './viewer.ts';
import type { Viewer } from './viewer.ts';

const secret = 'the secret of gateway and subgraphs';
const typeDefs = `
  type Query { viewer: String address: String trace: String bug: String sql: String deadlock: String bad(amount: Int): String }
`;
const lifecycle = new Lifecycle(createLogger('test', 'silent'));
let own: TestDatabase;
let url: string;
let key: CryptoKey;
let areKeysThere = true;

beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations: [] });
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  key = privateKey;
  const local = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA' }] });
  const keys: JWTVerifyGetKey = (header, token) => {
    if (!areKeysThere) throw new TypeError('fetch failed');
    return local(header, token);
  };
  const PORT = await freePort();
  url = `http://127.0.0.1:${String(PORT)}`;
  await startSubgraphServer({
    name: 'tiny',
    typeDefs,
    resolvers: {
      Query: {
        viewer: (_: unknown, __: unknown, { viewer }: { viewer: Viewer | null }) => requireViewer(viewer).id,
        address: (_: unknown, __: unknown, { client }: { client: Client | null }) => client?.address,
        trace: () => currentTraceparent(),
        bug: () => {
          throw new Error('undefined is not a function at /srv/app/src/secret.ts on 10.0.0.1');
        },
        sql: () => own.database.query('SELECT secret FROM hidden_table'),
        deadlock: () => {
          throw Object.assign(new Error('Deadlock found on db.internal:3306'), { errno: 1213 });
        },
        bad: () => {
          throw badUserInput('amount', 'must be positive.');
        },
      },
    },
    contextFor: (viewer, client) => ({ viewer, client }),
    keys,
    revoked: nothingRevoked,
    jwks: () => Promise.resolve({ keys: [] }),
    checks: {},
    settings: { HOST: '127.0.0.1', PORT, GATEWAY_SECRET: secret },
    lifecycle,
    log: createLogger('test', 'silent'),
  });
});
afterAll(async () => {
  await lifecycle.close();
  await own.drop();
});

interface Asked {
  body?: string;
  authorization?: string;
  headers?: Record<string, string>;
  signedAt?: Date;
  subgraph?: string;
  client?: string;
}
async function ask(
  query: string,
  { body, authorization, headers, signedAt = new Date(), subgraph = 'tiny', client }: Asked = {},
) {
  const text = body ?? JSON.stringify({ query });
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [signatureHeader]: signRequest(secret, { subgraph, authorization, client, body: text }, signedAt),
      ...(client && { [clientHeader]: client }),
      ...(authorization && { authorization }),
      ...headers,
    },
    body: text,
  });
  const answer = await response.text();
  return { status: response.status, text: answer, ...(JSON.parse(answer) as { data?: any; errors?: any[] }) };
}
const token = (claims = {}) =>
  new SignJWT({ sub: newId(), sid: newId(), role: 'FAN', ...claims })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('frontrow/users')
    .setAudience('frontrow')
    .setExpirationTime('15m')
    .sign(key);

describe("a subgraph's server", () => {
  it.each(['{ viewer }', '{ _service { sdl } }', '{ __typename }'])(
    'refuses %s when it is not signed',
    async (query) => {
      for (const signature of [
        '',
        't=1,v1=00',
        signRequest(
          'another secret',
          { subgraph: 'tiny', authorization: undefined, client: undefined, body: '' },
          new Date(),
        ),
      ]) {
        const answer = await ask(query, { headers: { [signatureHeader]: signature } });
        expect(answer.status).toBe(401);
        expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      }
      expect((await ask(query, { signedAt: new Date(Date.now() - 61_000) })).status).toBe(401);
    },
  );

  it('refuses what is signed for another subgraph', async () => {
    expect((await ask('{ trace }', { subgraph: 'payments' })).status).toBe(401);
  });

  it('knows where the client is from what the gateway signed, and from nothing else', async () => {
    const client = writeClient({ address: '192.0.2.1' });
    expect((await ask('{ address }', { client })).data).toEqual({ address: '192.0.2.1' });
    expect((await ask('{ address }')).data).toEqual({ address: null });
    expect((await ask('{ address }', { headers: { [clientHeader]: client } })).status).toBe(401);
  });

  it('serves the gateway', async () => {
    const { data } = await ask('{ _service { sdl } }');
    expect(data._service.sdl).toContain('viewer: String');
  });

  it('knows the viewer by the token that came along, and that it is part of what was signed', async () => {
    const sub = newId();
    const authorization = `Bearer ${await token({ sub })}`;
    expect((await ask('{ viewer }', { authorization })).data).toEqual({ viewer: sub });
    const stolen = await ask('{ viewer }', { headers: { authorization } });
    expect(stolen.status).toBe(401);
    expect((await ask('{ viewer }')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('answers a token that is not valid with UNAUTHENTICATED, and one that it cannot judge with SERVICE_UNAVAILABLE', async () => {
    const forged = await ask('{ viewer }', { authorization: 'Bearer x.y.z' });
    expect(forged.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    areKeysThere = false;
    const unknown = await ask('{ viewer }', { authorization: `Bearer ${await token()}` });
    areKeysThere = true;
    expect(unknown.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  });

  it.each([
    ['bug', 'INTERNAL_SERVER_ERROR'],
    ['sql', 'INTERNAL_SERVER_ERROR'],
    ['deadlock', 'SERVICE_UNAVAILABLE'],
  ])('tells of a %s by its code and nothing else', async (field, code) => {
    const { errors, text } = await ask(`{ ${field} }`);
    expect(errors).toMatchObject([{ path: [field], extensions: { code } }]);
    expect(Object.keys(errors![0].extensions)).toEqual(['code']);
    expect(text).not.toMatch(/secret|hidden_table|SELECT|10\.0\.0\.1|db\.internal|\.ts|stack/i);
  });

  it('tells what is wrong with an argument', async () => {
    const { errors } = await ask('{ bad(amount: -1) }');
    expect(errors).toMatchObject([
      { message: 'amount must be positive.', extensions: { code: 'BAD_USER_INPUT', argument: 'amount' } },
    ]);
  });

  it('carries the trace on that the request came with', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect((await ask('{ trace }', { headers: { traceparent } })).data.trace).toBe(traceparent);
    expect((await ask('{ trace }')).data.trace).toMatch(/^00-/);
  });

  it.each([
    ['is no JSON', 'query { viewer }', 400],
    ['is JSON but no request', '[]', 400],
    ['is empty', '', 400],
    ['is too large', JSON.stringify({ query: '{ viewer }', padding: 'x'.repeat(5_000_000) }), 413],
  ])('refuses a body that %s, without a page or a stack', async (_what, body, status) => {
    const answer = await ask('', { body });
    expect(answer.status).toBe(status);
    expect(answer.errors).toHaveLength(1);
    expect(answer.text).not.toMatch(/<html|node_modules|at \w+ \(/);
  });

  it('publishes its keys and its health to everybody', async () => {
    expect(await (await fetch(`${url}/.well-known/jwks.json`)).json()).toEqual({ keys: [] });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/graphql?query={viewer}`)).status).toBe(404);
  });
});
