import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { createLogger } from './log.ts';
import { Lifecycle } from './lifecycle.ts';
import { freePort, runScript } from './testing/script.ts';
import type { Script } from './testing/script.ts';

interface Answer {
  status: number;
  connection: string | undefined;
  text: string;
}

/** 10 s, unless it is told otherwise. */
const drainMs = 3_000;

let service: Script;
let port: number;
// Keeps its connections, as the gateway does.
let agent: Agent;
const ask = (path: string) =>
  new Promise<Answer>((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, connection: response.headers.connection, text }),
      );
    });
    request.on('error', reject);
  });

beforeEach(async () => {
  agent = new Agent({ keepAlive: true });
  port = await freePort();
  service = runScript('tiny-service.ts', {
    PORT: String(port),
    GATEWAY_SECRET: 'x'.repeat(32),
    USERS_JWKS_URL: 'http://127.0.0.1:1',
    DRAIN_MS: String(drainMs),
  });
  for (;;) {
    const answer = await ask('/readyz').catch(() => undefined);
    if (answer?.status === 200) break;
  }
});
afterEach(() => {
  agent.destroy();
  service.kill('SIGKILL');
});

describe('a process that is told to stop', () => {
  it('finishes the request under way, closes what it opened in reverse, and exits 0', async () => {
    const underWay = ask('/after/1000');
    // None of these connections may hold it up: that of an answer which has begun already, idle ones, and one over which
    // nobody ever said anything.
    const begun = ask('/begun/500');
    await Promise.all([ask('/after/0'), ask('/after/0')]);
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const began = Date.now();
    service.kill('SIGTERM');
    expect(await underWay).toEqual({ status: 200, connection: 'close', text: 'finished' });
    expect(await begun).toMatchObject({ status: 200, text: 'finished' });
    const { code, output } = await service.exited;
    expect(code).toBe(0);
    expect(Date.now() - began).toBeLessThan(drainMs - 200);
    expect(output).toContain('closing something broken failed');
    expect(output).toContain('closed the database after something broken');
    await expect(ask('/healthz')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('waits as long as it may, and no longer', async () => {
    const endless = ask('/after/60000').catch((error: unknown) => error);
    await ask('/after/0'); // so the endless one has begun
    const began = Date.now();
    service.kill('SIGTERM');
    const { code, output } = await service.exited;
    expect(code).toBe(0);
    expect(output).toContain(`HTTP server did not close in ${String(drainMs)} ms`);
    expect(Date.now() - began).toBeGreaterThan(drainMs - 100);
    expect(Date.now() - began).toBeLessThan(drainMs + 3_000);
    expect(await endless).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('a process that meets an error which nobody caught', () => {
  it.each(['emitter', 'promise'])(
    'logs it, finishes the request under way, closes what it opened, and exits 1 (%s)',
    async (where) => {
      const underWay = ask('/after/500');
      await ask('/after/0'); // so the other one has begun
      expect(await ask(`/mistakes/${where}/0`)).toMatchObject({ text: 'made' });
      expect(await underWay).toEqual({ status: 200, connection: 'close', text: 'finished' });
      const { code, output } = await service.exited;
      expect(code).toBe(1);
      const fatal = output.split('\n').filter((line) => line.includes('"level":60'));
      // Both were thrown in the same turn, and either may be logged first.
      const mistakes = fatal.map((line) => (JSON.parse(line) as { err: Error }).err.message);
      expect(mistakes.toSorted()).toEqual(['the first mistake', 'the second mistake']);
      expect(output).toContain('closed the database after something broken');
    },
  );

  it('while it shuts down exits 1 all the same', async () => {
    const mistake = ask('/mistakes/promise/300');
    await ask('/after/0');
    service.kill('SIGTERM');
    expect(await mistake).toMatchObject({ text: 'made' });
    expect((await service.exited).code).toBe(1);
  });
});

it('what was opened last is closed first, once, however often it is asked for', async () => {
  const lifecycle = new Lifecycle(createLogger('test', 'silent'));
  const closed: string[] = [];
  for (const name of ['database', 'relay', 'server']) {
    lifecycle.onClose(name, () => Promise.resolve(closed.push(name)));
  }
  expect(lifecycle.isClosing).toBe(false);
  await Promise.all([lifecycle.close(), lifecycle.close()]);
  expect(lifecycle.isClosing).toBe(true);
  expect(closed).toEqual(['server', 'relay', 'database']);
});
