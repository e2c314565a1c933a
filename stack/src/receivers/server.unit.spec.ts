import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteReceiver } from './remote.ts';
import { startReceivers } from './server.ts';

const secrets = { 'data-platform': 'one', slack: 'another' };
let folder: string;
let server: Server;
let platform: RemoteReceiver;
let slack: RemoteReceiver;

async function start(): Promise<void> {
  server = await startReceivers({ port: 0, folder, secrets });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  platform = new RemoteReceiver(url, 'data-platform');
  slack = new RemoteReceiver(url, 'slack');
}
async function stop(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frontrow-receivers-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

interface Call {
  key?: string;
  secret?: string;
  at?: number;
}
function call(receiver: RemoteReceiver, { key = 'k', secret = 'one', at = Date.now() }: Call = {}) {
  const body = JSON.stringify({ about: key });
  const time = Math.floor(at / 1_000);
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  const headers = { 'Idempotency-Key': key, 'Frontrow-Signature': `t=${time},v1=${signature}` };
  return fetch(receiver.url, { method: 'POST', body, headers });
}
const statusOf = async (...args: Parameters<typeof call>) => (await call(...args)).status;

describe('a receiver', () => {
  it('accepts each key once, answers 409 to it from then on, and shows what it received', async () => {
    expect(await statusOf(platform, { key: 'a' })).toBe(200);
    expect(await statusOf(platform, { key: 'b' })).toBe(200);
    expect(await statusOf(platform, { key: 'a' })).toBe(409);
    expect(await platform.report()).toEqual({ calls: 3, taken: 2, repeated: 1, forged: 0, failed: 0 });
    expect((await platform.taken()).map(({ key, body }) => [key, body])).toEqual([
      ['a', { about: 'a' }],
      ['b', { about: 'b' }],
    ]);
    expect(await slack.report()).toMatchObject({ calls: 0 });
  });

  it('remembers its keys after a restart', async () => {
    await call(platform);
    await stop();
    await start();
    expect(await statusOf(platform)).toBe(409);
    expect(await platform.taken()).toHaveLength(1);
  });

  it('accepts nothing without a valid and fresh signature, or without a key', async () => {
    expect(await statusOf(platform, { secret: 'another' })).toBe(401);
    expect(await statusOf(platform, { at: Date.now() - 6 * 60_000 })).toBe(401);
    expect((await fetch(platform.url, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(await statusOf(platform, { key: '' })).toBe(400);
    expect(await platform.report()).toMatchObject({ taken: 0, forged: 3 });
    expect(await statusOf(slack, { secret: 'another' })).toBe(200);
  });

  it('can be told to fail, and does not keep what it failed', async () => {
    await platform.behave({ failShare: 1, failStatus: 429, retryAfter: '3' });
    const answer = await call(platform);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await statusOf(slack, { secret: 'another' })).toBe(200);
    await platform.behave({});
    expect(await statusOf(platform)).toBe(200);
  });

  it('can be told to be down, and to lose its answers', async () => {
    await platform.behave({ isDown: true });
    await expect(call(platform)).rejects.toThrow();
    expect(await platform.taken()).toEqual([]);
    await platform.behave({ cutShare: 1 });
    await expect(call(platform)).rejects.toThrow();
    expect(await platform.taken()).toHaveLength(1);
  });

  it('can be told to be slow', async () => {
    await platform.behave({ delayMs: 200 });
    const startedAt = Date.now();
    await call(platform);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(190);
  });

  it.each([{ failShare: 2 }, { delayMs: -1 }, { isDown: 'yes' }, { mood: 'bad' }])(
    'does not understand %j',
    async (behaviour) => {
      await expect(platform.behave(behaviour as object)).rejects.toThrow(/answered 400/);
    },
  );
});
