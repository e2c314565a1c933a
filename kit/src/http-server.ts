import type { Express } from 'express';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lifecycle } from './lifecycle.ts';

/** Each check resolves while the part it names is usable, and rejects or takes too long when it is not. */
export type ReadinessChecks = Record<string, () => Promise<unknown>>;

const checkMs = 2_000;

/** `/healthz`: the process is alive. `/readyz`: it can do its work; 503 names the parts that keep it from that. */
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

/** Listens; on close, takes no new requests and waits for those that run. */
export async function listen(
  app: Express,
  { HOST, PORT }: { HOST: string; PORT: number },
  lifecycle: Lifecycle,
): Promise<Server> {
  const server = createServer(app);
  const answering = new Set<ServerResponse>();
  server.prependListener('request', (_request, response) => {
    if (lifecycle.isClosing) response.shouldKeepAlive = false;
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  const connections = new Set<Socket>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  // Longer than any client keeps an idle connection: otherwise a request can meet a connection being closed.
  server.keepAliveTimeout = 75_000;
  server.listen(PORT, HOST);
  await once(server, 'listening');
  lifecycle.onClose('HTTP server', async () => {
    const closed = once(server, 'close');
    server.close();
    // A client that keeps its connections must not hold up a process that wants to end: it is told with the answers
    // to come, and those that have got theirs lose them.
    for (const response of answering) response.shouldKeepAlive = false;
    const closingIdle = setInterval(() => {
      server.closeIdleConnections();
      // For Node, one that was opened ahead of its first request is not idle.
      for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
    }, 50);
    await closed;
    clearInterval(closingIdle);
  });
  return server;
}
