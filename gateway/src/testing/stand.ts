import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { newId } from '@frontrow/kit/ids';
import { Lifecycle } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { nothingRevoked } from '@frontrow/kit/revocations';
import type { Revoked } from '@frontrow/kit/revocations';
import { readSettings } from '@frontrow/kit/settings';
import { startSubgraphServer } from '@frontrow/kit/subgraph-server';
import type { Tracing } from '@frontrow/kit/tracing';
import { accessTokenAudience, accessTokenIssuer } from '@frontrow/kit/viewer';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWTVerifyGetKey } from 'jose';
import { startGateway } from '../server.ts';
import type { ServerOptions } from '../server.ts';
import { gatewaySettings } from '../settings.ts';
import { smallGraph, smallSupergraph } from './small-graph.ts';

export const secret = 'a secret that only tests know, 32+';
// Each server listens for the signals of the process, and a test starts many.
process.setMaxListeners(0);
const log = createLogger('test', 'silent');

const { publicKey, privateKey } = await generateKeyPair('EdDSA');
const { privateKey: otherKey } = await generateKeyPair('EdDSA');
export const keys: JWTVerifyGetKey = createLocalJWKSet({
  keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'test' }],
});

const token = (key: CryptoKey, userId: string, expiresInSeconds: number) =>
  new SignJWT({ role: 'FAN', sid: newId() })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
    .setSubject(userId)
    .setIssuer(accessTokenIssuer)
    .setAudience(accessTokenAudience)
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
    .sign(key);

export const accessToken = (userId = newId(), expiresInSeconds = 900) =>
  token(privateKey, userId, expiresInSeconds);
export const forgedToken = () => token(otherKey, newId(), 900);

export interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

const started: Started[] = [];

/** For `afterEach`: stops everything that a test started, the newest first. */
export async function stopAll(): Promise<void> {
  for (const each of started.splice(0).toReversed()) await each.stop();
}

function keepTrack<T extends Started>(each: T): T {
  started.push(each);
  return each;
}

/** One of the subgraphs of the small graph, served as real ones are. */
export async function startSubgraph(
  name: keyof typeof smallGraph,
  port?: number,
  tracing?: Tracing,
): Promise<Started> {
  const lifecycle = new Lifecycle(log);
  const settings = { HOST: '127.0.0.1', PORT: port ?? (await freePort()), GATEWAY_SECRET: secret };
  await startSubgraphServer({
    name,
    typeDefs: smallGraph[name].sdl,
    resolvers: smallGraph[name].resolvers,
    contextFor: (viewer, client) => ({ viewer, client }),
    keys,
    revoked: nothingRevoked,
    checks: {},
    tracing,
    settings,
    lifecycle,
    log,
  });
  return keepTrack({ url: `http://127.0.0.1:${settings.PORT}/graphql`, stop: () => lifecycle.close() });
}

export interface FakeSubgraph extends Started {
  /** How many connections to it were opened. */
  readonly connections: number;
  readonly requests: { readonly headers: IncomingMessage['headers']; readonly body: string }[];
  /** How often it was asked whether it is ready. */
  readonly looks: number;
}

/** A server that answers as a subgraph must not, or that counts how it is contacted. */
export async function startFakeSubgraph(
  answer: (response: ServerResponse, body: string) => void,
): Promise<FakeSubgraph> {
  const requests: FakeSubgraph['requests'] = [];
  let connections = 0;
  let looks = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url === '/readyz') looks++;
    else requests.push({ headers: request.headers, body });
    answer(response, body);
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return keepTrack({
    url: `http://127.0.0.1:${portOf(server)}/graphql`,
    requests,
    get connections() {
      return connections;
    },
    get looks() {
      return looks;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
      return Promise.resolve();
    },
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The answer to an operation has the shape that the test asked for.
  readonly body: any;
}

export interface GatewayUnderTest extends Started {
  query(query: string, options?: { variables?: object; headers?: Record<string, string> }): Promise<Answer>;
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/**
 * A gateway in front of the small graph.
 * @param environment the addresses of subgraphs, and other settings that the test is about
 */
export async function startGatewayUnderTest(
  environment: Record<string, string>,
  keysOfGateway: JWTVerifyGetKey = keys,
  revoked: Revoked = nothingRevoked,
  options: Pick<ServerOptions, 'storefront' | 'tracing'> = {},
): Promise<GatewayUnderTest> {
  const settings = readSettings(gatewaySettings, {
    NODE_ENV: 'test',
    PORT: String(await freePort()),
    GATEWAY_SECRET: secret,
    USERS_JWKS_URL: nowhere,
    USERS_URL: nowhere,
    QUEUE_URL: nowhere,
    CONCERTS_URL: nowhere,
    RESERVATIONS_URL: nowhere,
    PAYMENTS_URL: nowhere,
    SAGAS_URL: nowhere,
    DELIVERIES_URL: nowhere,
    ...environment,
  });
  const lifecycle = new Lifecycle(log);
  await startGateway({
    supergraphSdl: smallSupergraph(),
    settings,
    keys: keysOfGateway,
    revoked,
    lifecycle,
    log,
    ...options,
  });
  const url = `http://127.0.0.1:${settings.PORT}/graphql`;
  const post: GatewayUnderTest['post'] = async (body, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return keepTrack({
    url,
    post,
    query: (query, { variables, headers } = {}) => post({ query, variables }, headers),
    stop: () => lifecycle.close(),
  });
}

/** Nobody listens on port 1. */
export const nowhere = 'http://127.0.0.1:1/graphql';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  return port;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
