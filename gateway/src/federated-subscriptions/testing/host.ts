import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import type { FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createFederatedSubscriptions } from '../create.ts';
import { operationIn } from '../http-request.ts';
import type { CreateOptions } from '../create.ts';
import type { Subscriber } from '../subscriber.ts';
import { concerts, newFeeds, queue, smallSupergraph } from './small-graph.ts';
import type { Feeds } from './small-graph.ts';
import { startSubgraph } from './subgraph.ts';
import type { RunningSubgraph, SubgraphOptions } from './subgraph.ts';

process.env['APOLLO_TELEMETRY_DISABLED'] = '1';

const cleanups: (() => unknown)[] = [];

/** For `afterEach`: stops everything that a test started, the newest first. */
export async function stopAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}

export const later = (cleanup: () => unknown): void => void cleanups.push(cleanup);

export async function running(
  ...[subgraph, options]: [{ sdl: string; resolvers: object }, SubgraphOptions?]
): Promise<RunningSubgraph> {
  const started = await startSubgraph(subgraph, options);
  later(() => started.stop());
  return started;
}

export interface Host {
  readonly feeds: Feeds;
  readonly queue: RunningSubgraph;
  readonly concerts: RunningSubgraph;
  readonly url: string;
  readonly websocket: string;
  readonly warnings: string[];
  readonly live: number;
  useSupergraph(sdl: string): void;
  drain(withinMs: number): Promise<void>;
  /** Subscribes as a client does. The subscription ends with the test. */
  subscribe(query: string, options?: ClientOptions): Subscribed;
  /** A WebSocket without a client behind it. */
  raw(options?: { protocol?: string; headers?: Record<string, string> }): Promise<Raw>;
}

export interface ClientOptions {
  readonly variables?: Record<string, unknown>;
  readonly token?: string;
}

export interface HostOptions {
  readonly mostConnections?: number;
  readonly mostOperations?: number;
  readonly check?: CreateOptions['check'];
  readonly takeTurn?: CreateOptions['takeTurn'];
  readonly answerWithinMs?: number;
  readonly giveUpAfterMs?: number;
  readonly subgraphs?: SubgraphOptions;
  readonly concertsOptions?: SubgraphOptions;
  /** Where subscriptions to queue go, if not to the queue that was started. */
  readonly queueAddresses?: () => string[];
}

/** A server as somebody else might build it around these subscriptions: with an ApolloGateway, and Node's own HTTP server. */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const feeds = newFeeds();
  const queueSubgraph = await running({ ...queue, resolvers: queue.resolvers(feeds) }, options.subgraphs);
  const concertsSubgraph = await running(
    { ...concerts, resolvers: concerts.resolvers() },
    options.concertsOptions,
  );
  const urls: Record<string, string> = { queue: queueSubgraph.url, concerts: concertsSubgraph.url };
  const dataSource = ({ name }: { name: string }) =>
    new RemoteGraphQLDataSource({
      url: urls[name]!,
      willSendRequest: ({ request, context }) => {
        const { authorization } = context as { authorization?: string };
        if (authorization !== undefined) request.http?.headers.set('authorization', authorization);
      },
    });
  const warnings: string[] = [];
  const part = createFederatedSubscriptions({
    dataSource,
    maxTokens: 1_000,
    introspection: true,
    increments: ['changes'],
    addresses: (name) => (name === 'queue' ? (options.queueAddresses?.() ?? [queueSubgraph.websocket]) : []),
    connectionPayload: () => undefined,
    extensionsFor: (_operation, { authorization }) =>
      authorization === undefined ? undefined : { authorization },
    contextFor: ({ authorization }) => ({ authorization }),
    authenticate: (authorization) => Promise.resolve(subscriberOf(authorization)),
    refuse: () => undefined,
    admit: () => undefined,
    answerWithinMs: options.answerWithinMs ?? 5_000,
    giveUpAfterMs: options.giveUpAfterMs ?? 30_000,
    unavailable: () => fault('SERVICE_UNAVAILABLE', 503),
    check: options.check ?? (() => undefined),
    takeTurn:
      options.takeTurn ??
      ((_address, begin) => {
        begin();
      }),
    execute: ({ query, variables, operationName }) =>
      Promise.resolve({ data: { executed: query, variables, operationName } }),
    present: (result) => JSON.parse(JSON.stringify(result)) as FormattedExecutionResult,
    isPassing: ({ extensions }) => extensions?.['code'] === 'SERVICE_UNAVAILABLE',
    addressOf: ({ socket }) => socket.remoteAddress ?? '',
    mostConnections: () => options.mostConnections ?? 50,
    mostOperations: () => options.mostOperations ?? 100,
    maxMessageBytes: 64 * 1024,
    fill: () => undefined,
    log: {
      warn: (_what, message) => warnings.push(message),
      error: (what, message) => warnings.push(`${message}: ${String((what as any).err)}`),
    },
  });
  const gateway = new ApolloGateway({
    supergraphSdl: smallSupergraph(),
    buildService: dataSource,
    logger: silent,
  });
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => part.useSupergraph(coreSupergraphSdl));
  await gateway.load();
  later(() => gateway.stop());

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const body = request.method === 'POST' ? (JSON.parse(await text(request)) as unknown) : undefined;
      await part.eventStreams.serve(request, response, operationIn(request, body));
    } catch (error) {
      const { message, extensions } = error as GraphQLError;
      const { status = 500 } = (extensions['http'] ?? {}) as { status?: number };
      response.writeHead(status).end(JSON.stringify({ errors: [{ message, extensions }] }));
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  server.on('upgrade', (request, socket, head) => part.sockets.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(async () => {
    await part.drain(0);
    part.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const websocket = `ws://127.0.0.1:${port}/graphql`;
  return {
    feeds,
    queue: queueSubgraph,
    concerts: concertsSubgraph,
    url: `http://127.0.0.1:${port}/graphql`,
    websocket,
    warnings,
    get live() {
      return part.subscriptions.live;
    },
    useSupergraph: (sdl) => part.useSupergraph(sdl),
    drain: (withinMs) => part.drain(withinMs),
    subscribe: (query, given) => subscribe(websocket, query, given),
    raw: (given) => openRaw(websocket, given),
  };
}

/** Tokens of these tests: "<name>", or "<name> <when it ends, in ms since the epoch>"; "forged" is not valid. */
function subscriberOf(authorization: string | undefined): Subscriber {
  if (authorization === undefined) return { key: null, authorization, expiresAt: undefined };
  if (authorization === 'unknown keys') throw fault('SERVICE_UNAVAILABLE', 503);
  const [name = '', until] = authorization.split(' ');
  if (name === 'forged') throw fault('UNAUTHENTICATED', 401);
  return { key: name, authorization, expiresAt: until === undefined ? undefined : new Date(Number(until)) };
}

const fault = (code: string, status: number) =>
  new GraphQLError(code, { extensions: { code, http: { status } } });

const silent = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

export interface Subscribed extends AsyncIterableIterator<any> {
  /** The next result, which must come within a few seconds. */
  take(): Promise<any>;
}

export function subscribe(url: string, query: string, { variables, token }: ClientOptions = {}): Subscribed {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    ...(token !== undefined && { connectionParams: { authorization: token } }),
    retryAttempts: 0,
  });
  later(() => client.dispose());
  const results = client.iterate({ query, ...(variables && { variables }) });
  return Object.assign(results, {
    take: async () => (await within(5_000, results.next())).value as unknown,
  });
}

export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${ms} ms`)), ms);
  });
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer));
}

/** Waits until what a test expects is true, and no longer than necessary. */
export async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`it did not become true: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Raw {
  readonly socket: WebSocket;
  send(message: unknown): void;
  /** The next message. */
  take(): Promise<any>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

async function openRaw(
  url: string,
  {
    protocol = 'graphql-transport-ws',
    headers = {},
  }: { protocol?: string; headers?: Record<string, string> } = {},
): Promise<Raw> {
  const socket = new WebSocket(url, protocol === '' ? [] : protocol, { headers });
  later(() => socket.terminate());
  const messages: unknown[] = [];
  let wake: () => void = () => undefined;
  socket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString()));
    wake();
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code, reason]) => ({
    code: code as number,
    reason: String(reason),
  }));
  await once(socket, 'open');
  const next = async () => {
    while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return messages.shift();
  };
  return {
    socket,
    send: (message) =>
      socket.send(
        typeof message === 'string' || message instanceof Buffer ? message : JSON.stringify(message),
      ),
    take: () => within(5_000, next()),
    closed,
  };
}
