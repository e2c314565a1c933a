import express from 'express';
import type { AddressInfo } from 'node:net';
import { addHealthRoutes, listen } from './http-server.ts';
import type { ReadinessChecks } from './http-server.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger } from './log.ts';

const checks: ReadinessChecks = {};
const lifecycle = new Lifecycle(createLogger('test', 'silent'));
let url: string;
beforeAll(async () => {
  const app = express();
  addHealthRoutes(app, lifecycle, checks);
  const server = await listen(app, { HOST: '127.0.0.1', PORT: 0 }, lifecycle);
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => lifecycle.close());

const ready = async () => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, ...((await response.json()) as object) };
};

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
    expect(Date.now() - began).toBeLessThan(4_000);
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
