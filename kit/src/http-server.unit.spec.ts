import express from 'express';
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { addHealthRoutes, listen } from './http-server.ts';
import type { ReadinessChecks } from './http-server.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger } from './log.ts';

const checks: ReadinessChecks = {};
const lifecycle = new Lifecycle(createLogger('test', 'silent'));
let url: string;
let server: Server;
const endless: ServerResponse[] = [];
beforeAll(async () => {
  const app = express();
  addHealthRoutes(app, lifecycle, checks);
  app.get('/endless', (_request, response) => void endless.push(response));
  app.get('/large', (_request, response) => void response.end('x'.repeat(20_000_000)));
  server = await listen(app, { HOST: '127.0.0.1', PORT: 0 }, lifecycle);
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => lifecycle.close());

const ready = async () => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, ...((await response.json()) as object) };
};

/** A client that says this, and then does not answer for itself. */
async function say(text: string) {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

describe('a connection', () => {
  it('that is reset ends all its answers, also those whose turn had not come', async () => {
    const socket = await say('GET /endless HTTP/1.1\r\nHost: frontrow\r\n\r\n'.repeat(3));
    while (endless.length < 3) await once(server, 'request');
    const closed = endless.map((response) => once(response, 'close'));
    socket.resetAndDestroy();
    await Promise.all(closed);
    expect(endless.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
  });

  it.each([
    ['headers', 'GET /healthz HTTP/1.1\r\nHo'],
    ['body', 'POST /healthz HTTP/1.1\r\nHost: frontrow\r\nContent-Length: 10\r\n\r\nhalf'],
  ])('whose %s do not come in time is ended soon after', async (_what, text) => {
    expect([server.headersTimeout, server.requestTimeout]).toEqual([30_000, 30_000]);
    server.headersTimeout = server.requestTimeout = 500;
    const began = Date.now();
    await once((await say(text)).resume(), 'close');
    server.headersTimeout = server.requestTimeout = 30_000;
    expect(Date.now() - began).toBeLessThan(20_000);
  });

  it('that does not take its answer is given up', async () => {
    expect(server.timeout).toBe(60_000);
    server.timeout = 300;
    const socket = await say('GET /large HTTP/1.1\r\nHost: frontrow\r\n\r\n');
    const [request] = (await once(server, 'request')) as [{ socket: Server }];
    await once(request.socket, 'close');
    server.timeout = 60_000;
    socket.destroy();
  });
});

describe('/readyz', () => {
  it('is 200 while all parts are usable', async () => {
    checks['database'] = () => Promise.resolve([{ 1: 1 }]);
    checks['broker'] = () => Promise.resolve();
    expect(await ready()).toEqual({ status: 200, ready: true, failing: [] });
  });

  it('names the parts that fail or hang, and nothing about why', async () => {
    checks['database'] = () => Promise.reject(new Error('Access denied for user root@10.0.0.1'));
    checks['relay'] = () => {
      throw new Error('at once');
    };
    checks['broker'] = () => new Promise(() => undefined);
    const began = Date.now();
    expect(await ready()).toEqual({ status: 503, ready: false, failing: ['database', 'broker', 'relay'] });
    expect(Date.now() - began).toBeLessThan(4_900);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('is 503 from the moment the process shuts down, while it still finishes its work', async () => {
    let finish: () => void = () => undefined;
    for (const name of Object.keys(checks)) checks[name] = () => Promise.resolve();
    lifecycle.onClose('work', () => new Promise<void>((resolve) => (finish = resolve)));
    const closing = lifecycle.close();
    expect(await ready()).toEqual({ status: 503, ready: false, failing: ['shutting down'] });
    finish();
    await closing;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
