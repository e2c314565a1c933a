import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { HttpSender, timeoutsWithin } from './http-sender.ts';
import type { Timeouts } from './http-sender.ts';

const secret = 'a-secret-for-tests';
const message = { idempotencyKey: 'the-key', body: '{"text":"좌석"}' };

let server: Server;
let sender: HttpSender;
let answer: RequestListener;
let seen: { request: IncomingMessage; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ request, body });
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());
beforeEach(() => {
  seen = [];
});
afterEach(async () => {
  await sender.close();
  server.closeAllConnections();
});

const url = (path = '/take') => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

function send(listener: RequestListener, timeouts: Partial<Timeouts> = {}, address = url()) {
  answer = listener;
  sender = new HttpSender({ url: address, secret }, { ...timeoutsWithin(5_000), ...timeouts });
  return sender.send(message);
}
const status =
  (code: number, body = 'a reason', headers = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(code, headers).end(body);

it('sends the body with its key and a signature over time and body', async () => {
  expect(await send(status(200))).toEqual({ kind: 'TAKEN' });
  const [{ request, body }] = seen as [(typeof seen)[number]];
  expect([request.method, request.url, body]).toEqual(['POST', '/take', message.body]);
  expect(request.headers).toMatchObject({
    'idempotency-key': 'the-key',
    'content-type': 'application/json',
  });
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
    String(request.headers['frontrow-signature']),
  )!;
  expect(Math.abs(Date.now() / 1_000 - Number(time))).toBeLessThan(5);
  expect(signature).toBe(createHmac('sha256', secret).update(`${time}.${message.body}`).digest('hex'));
});

it.each([200, 201, 202, 204, 409])('takes %i for taken', async (code) => {
  expect(await send(status(code, ''))).toEqual({ kind: 'TAKEN' });
});

it.each([400, 401, 403, 404, 410, 413, 422, 451])('takes %i for a refusal', async (code) => {
  expect(await send(status(code))).toEqual({ kind: 'REFUSED', error: `status ${code} a reason` });
});

it.each([408, 425, 429, 500, 502, 503, 504])('takes %i for a failure that may pass', async (code) => {
  expect(await send(status(code))).toEqual({ kind: 'FAILED', error: `status ${code} a reason` });
});

it('hands on how long the target asks to be left alone', async () => {
  expect(await send(status(429, '', { 'retry-after': '7' }))).toMatchObject({ retryAfterMs: 7_000 });
});

it.each([301, 302, 307, 308])('does not follow a %i', async (code) => {
  const outcome = await send(status(code, 'elsewhere', { location: url('/elsewhere') }));
  expect(outcome).toEqual({ kind: 'FAILED', error: `status ${code} elsewhere` });
  expect(seen.map(({ request }) => request.url)).toEqual(['/take']);
});

it('reads 64 KB of an answer and cuts the rest off', async () => {
  let sent = 0;
  const outcome = await send((_request, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(16 * 1024, 'x');
    const more = () => {
      while (!response.destroyed && sent < 500 * 1024 * 1024) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
    };
    more();
    response.on('close', () => (sent += 0));
  });
  expect(outcome).toEqual({ kind: 'TAKEN' });
  expect(sent).toBeLessThan(20 * 1024 * 1024); // what the sockets' buffers hold
});

it('shows an operator the start of an answer, in one line without control characters', async () => {
  const outcome = await send(status(500, `one\n\u001b[31mtwo\u202e${'x'.repeat(1_000)}`));
  expect(outcome).toMatchObject({
    kind: 'FAILED',
    error: expect.stringMatching(/^status 500 one \[31mtwo x+$/),
  });
  expect((outcome as { error: string }).error).toHaveLength(200);
});

describe('a target that is', () => {
  it('not there costs an attempt', async () => {
    const outcome = await send(status(200), {}, 'http://127.0.0.1:1');
    expect(outcome).toEqual({ kind: 'FAILED', error: expect.stringContaining('ECONNREFUSED') });
  });

  it('cutting connections costs an attempt', async () => {
    const outcome = await send((request) => request.socket.destroy());
    expect(outcome).toMatchObject({ kind: 'FAILED' });
  });

  // 192.0.2.0/24 is for documents (RFC 5737): nobody answers there. Some networks say so at once.
  it('not answering the telephone costs the time to connect at most', async () => {
    const outcome = await within(1_500, send(status(200), { connectMs: 300 }, 'http://192.0.2.1/'));
    expect(outcome).toMatchObject({ kind: 'FAILED' });
  });

  it('silent costs the time to the first byte', async () => {
    const outcome = await within(
      2_000,
      send(() => undefined, { firstByteMs: 300 }),
    );
    expect(outcome).toEqual({ kind: 'FAILED', error: 'no answer within 300 ms' });
  });

  it('dripping costs the time of a whole answer', async () => {
    const outcome = await within(
      1_000,
      send(
        (_request, response) => {
          response.writeHead(200);
          const drip = setInterval(() => response.write('.'), 20);
          response.on('close', () => clearInterval(drip));
        },
        { answerMs: 300 },
      ),
    );
    expect(outcome).toEqual({ kind: 'FAILED', error: 'the answer took over 300 ms' });
  });

  it('slow in all of that costs the time of an attempt', async () => {
    const outcome = await within(
      1_000,
      send((_request, response) => setTimeout(() => response.writeHead(200).write('.'), 200), {
        attemptMs: 400,
      }),
    );
    expect(outcome).toEqual({ kind: 'FAILED', error: 'no end within 400 ms' });
  });
});

it('sends no signature without a secret', async () => {
  answer = status(200);
  sender = new HttpSender({ url: url(), secret: undefined }, timeoutsWithin(5_000));
  await sender.send(message);
  expect(seen[0]!.request.headers['frontrow-signature']).toBeUndefined();
});

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const value = await promise;
  expect(Date.now() - startedAt).toBeLessThan(ms);
  return value;
}
