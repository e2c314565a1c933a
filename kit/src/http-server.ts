import type { Express } from 'express';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lifecycle } from './lifecycle.ts';

/** Each check resolves while its part is usable, and rejects or times out when it is not. */
export type ReadinessChecks = Record<string, () => Promise<unknown>>;

const checkMs = 2_000;

/** `/healthz`: the process is alive. `/readyz`: it can do its work; 503 names the parts that fail. */
export function addHealthRoutes(app: Express, lifecycle: Lifecycle, checks: ReadinessChecks): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  app.get('/readyz', async (_request, response) => {
    const failing = lifecycle.isClosing ? ['shutting down'] : await failingChecks(checks);
    response.status(failing.length === 0 ? 200 : 503).json({ ready: failing.length === 0, failing });
  });
}

async function failingChecks(checks: ReadinessChecks): Promise<string[]> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const passes = Promise.resolve()
        .then(check)
        .then(
          () => true,
          () => false,
        );
      const tooLate = pause(checkMs, false, { ref: false });
      return (await Promise.race([passes, tooLate])) ? [] : [name];
    }),
  );
  return outcomes.flat();
}

export interface ListenOptions {
  /** How long a request may take to arrive, headers and body, in ms. */
  readonly arrivalMs?: number;
}

/** How often connections are checked, in ms. Node's own 30 s would let a slow request have twice its time. */
const checkArrivalsMs = 1_000;
/**
 * How long a connection may be idle, in ms, before it is closed: a client that does not take an answer must not make the
 * process keep it. Operations must take less (the gateway's settings see to that), and event streams be silent for less.
 */
export const standstillMs = 60_000;

/** Listens. On close it takes no new requests and waits for those in progress. */
export async function listen(
  app: Express,
  { HOST, PORT }: { HOST: string; PORT: number },
  lifecycle: Lifecycle,
  { arrivalMs = 30_000 }: ListenOptions = {},
): Promise<Server> {
  const server = createServer(
    // Both are set, because Node would otherwise give the headers' own 60 s to the body.
    { headersTimeout: arrivalMs, requestTimeout: arrivalMs, connectionsCheckingInterval: checkArrivalsMs },
    app,
  );
  server.timeout = standstillMs;
  // Longer than any client keeps an idle connection; otherwise a request could meet a connection that is being closed.
  server.keepAliveTimeout = 75_000;
  const connections = follow(server, lifecycle);
  server.listen(PORT, HOST);
  await once(server, 'listening');
  server.on('error', (error) => lifecycle.log.error({ err: error }, 'a connection could not be taken'));
  lifecycle.onClose('HTTP server', async () => {
    const closed = once(server, 'close');
    server.close();
    // A client that keeps its connections must not delay a process that wants to end. The coming answers tell it to close,
    // and connections whose answers are sent are closed.
    for (const answers of connections.values())
      for (const response of answers) response.shouldKeepAlive = false;
    const closingIdle = setInterval(() => {
      server.closeIdleConnections();
      // Node does not count a connection as idle that was opened ahead of its first request.
      for (const connection of connections.keys()) if (connection.bytesRead === 0) connection.destroy();
    }, 50);
    await closed;
    clearInterval(closingIdle);
  });
  return server;
}

/** @returns the open connections, each with its answers in progress */
function follow(server: Server, lifecycle: Lifecycle): ReadonlyMap<Socket, ReadonlySet<ServerResponse>> {
  const connections = new Map<Socket, Set<ServerResponse>>();
  server.on('connection', (connection) => {
    const answers = new Set<ServerResponse>();
    connections.set(connection, answers);
    connection.once('close', () => {
      connections.delete(connection);
      // Node closes the answer whose turn it was, but says nothing about answers to requests that were pipelined behind it,
      // so work that ends with them would never end.
      process.nextTick(() => {
        for (const response of answers) response.destroy().emit('close');
      });
    });
  });
  server.prependListener('request', (request, response) => {
    if (lifecycle.isClosing) response.shouldKeepAlive = false;
    const answers = connections.get(request.socket);
    answers?.add(response);
    response.once('close', () => answers?.delete(response));
    response.on('error', (error) => lifecycle.log.warn({ err: error }, 'an answer could not be sent'));
  });
  return connections;
}
