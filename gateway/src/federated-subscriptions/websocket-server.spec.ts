import { setImmediate as nextTurn } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { WebSocket } from 'ws';
import { later, startHost, stopAll, until, within } from './testing/host.ts';
import type { Host, Raw } from './testing/host.ts';

afterEach(stopAll);

const place = 'subscription { ticket(id: "t1") { place } }';
const at = (n: number) => ({ id: 't1', name: 'one', place: n, concert: { id: 'c1' } });
const subscribe = (id: string, query = place) => ({ id, type: 'subscribe', payload: { query } });

async function acknowledged(host: Host, authorization?: string): Promise<Raw> {
  const raw = await host.raw();
  raw.send({ type: 'connection_init', ...(authorization !== undefined && { payload: { authorization } }) });
  expect(await raw.take()).toEqual({ type: 'connection_ack' });
  return raw;
}

/** A client that must notice nothing of what others do. */
async function bystander(host: Host): Promise<() => Promise<void>> {
  host.feeds.ticket.state = at(50);
  const results = host.subscribe(place, { token: 'bystander' });
  await results.take();
  return async () => {
    host.feeds.ticket.say(at(49));
    expect(await results.take()).toEqual({ data: { ticket: { place: 49 } } });
  };
}

describe('a client that breaks the protocol', () => {
  it.each<[string, number, (raw: Raw) => void]>([
    ['subscribes before it says who it is', 4401, (raw) => raw.send(subscribe('1'))],
    ['sends text that is not a message', 4400, (raw) => raw.send('hello')],
    ['sends a message that the protocol does not have', 4400, (raw) => raw.send({ type: 'start' })],
    ['sends a message that only servers send', 4400, (raw) => raw.send({ type: 'connection_ack' })],
    ['sends binary junk', 4400, (raw) => raw.send(Buffer.from([0, 159, 146, 150, 255]))],
    ['sends a message that is too large', 1009, (raw) => raw.send('x'.repeat(65 * 1024))],
    [
      'says who it is twice',
      4429,
      (raw) => {
        raw.send({ type: 'connection_init' });
        raw.send({ type: 'connection_init' });
      },
    ],
  ])('because it %s is closed with the code for it (%d)', async (_what, code, breakIt) => {
    const host = await startHost();
    const noticesNothing = await bystander(host);
    const raw = await host.raw();
    breakIt(raw);
    expect((await raw.closed).code).toBe(code);
    await noticesNothing();
  });

  it('because it sends an invalid WebSocket frame is cut off', async () => {
    const host = await startHost();
    const noticesNothing = await bystander(host);
    const raw = await host.raw();
    (raw.socket as any)._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]));
    expect((await raw.closed).code).toBe(1002);
    await noticesNothing();
  });

  it('because it uses an id twice is closed with 4409, and both its subscriptions end', async () => {
    const host = await startHost();
    const noticesNothing = await bystander(host);
    const raw = await acknowledged(host);
    raw.send(subscribe('1'));
    await raw.take();
    raw.send(subscribe('1'));
    expect((await raw.closed).code).toBe(4409);
    await until(() => host.live === 1);
    await noticesNothing();
  });

  it('because it uses a long id twice is closed with 4409 too', async () => {
    const host = await startHost();
    const raw = await acknowledged(host);
    raw.send(subscribe('x'.repeat(1_000)));
    raw.send(subscribe('x'.repeat(1_000)));
    expect(await raw.closed).toEqual({ code: 4409, reason: '' });
    expect(host.warnings).toEqual([]);
  });

  it('because it floods the server with pings, which have to be answered, is cut off', async () => {
    const host = await startHost();
    const noticesNothing = await bystander(host);
    const raw = await acknowledged(host);
    for (let i = 0; i < 2_000; i++) raw.socket.ping();
    // 4429, unless ws has noticed before that the answers are not read.
    expect([4429, 1006]).toContain((await raw.closed).code);
    await noticesNothing();
  });

  it('because it floods the server is closed with 4429', async () => {
    const host = await startHost();
    const noticesNothing = await bystander(host);
    const raw = await acknowledged(host);
    for (let i = 0; i < 2_000; i++) raw.send(subscribe(String(i)));
    expect(await raw.closed).toEqual({ code: 4429, reason: 'Too many messages' });
    await until(() => host.live === 1);
    await noticesNothing();
  });

  it('because it speaks no protocol is closed with 4406', async () => {
    const host = await startHost();
    const raw = await host.raw({ protocol: '' });
    expect((await raw.closed).code).toBe(4406);
  });

  it('because it says nothing is closed with 4408', async () => {
    const host = await startHost();
    const raw = await host.raw();
    expect((await raw.closed).code).toBe(4408);
  });
});

describe('who a client is', () => {
  it('is told by connection_init, or else by the Authorization header', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const header = await host.raw({ headers: { authorization: 'mina' } });
    header.send({ type: 'connection_init' });
    await header.take();
    header.send(subscribe('1'));
    await header.take();
    const params = await acknowledged(host, 'otto');
    params.send(subscribe('1'));
    await params.take();
    expect(host.feeds.ticket.seen).toMatchObject([{ authorization: 'mina' }, { authorization: 'otto' }]);
  });

  it.each([
    ['forged', 4401],
    ['unknown keys', 1013],
  ])('is refused, when its token is invalid (%s), with %d', async (authorization, code) => {
    const host = await startHost();
    const raw = await host.raw();
    raw.send({ type: 'connection_init', payload: { authorization } });
    raw.send(subscribe('1'));
    expect((await raw.closed).code).toBe(code);
    expect(host.live).toBe(0);
  });

  it('ends with the token, by 4403, and the client may come back with a new one', async () => {
    const host = await startHost({ mostConnections: 1 });
    host.feeds.ticket.state = at(50);
    const raw = await acknowledged(host, `mina ${Date.now() + 400}`);
    raw.send(subscribe('1'));
    expect((await raw.take()).payload).toEqual({ data: { ticket: { place: 50 } } });
    expect(await raw.closed).toEqual({ code: 4403, reason: 'The access token has expired' });
    const again = await acknowledged(host, `mina ${Date.now() + 60_000}`);
    again.send(subscribe('1'));
    expect((await again.take()).payload).toEqual({ data: { ticket: { place: 50 } } });
  });

  it('lasts, if several connections share it, as long as the last of their tokens', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const [short, long] = [
      await acknowledged(host, `mina ${Date.now() + 600}`),
      await acknowledged(host, `mina ${Date.now() + 60_000}`),
    ];
    const query = 'subscription { ticket(id: "t1") { place concert { viewer } } }';
    for (const raw of [short, long]) {
      raw.send(subscribe('1', query));
      await raw.take();
    }
    expect((await short.closed).code).toBe(4403);
    host.feeds.ticket.say(at(49));
    const { concert } = (await long.take()).payload.data.ticket;
    expect(Number(concert.viewer.split(' ')[1])).toBeGreaterThan(Date.now() + 30_000);
  });
});

describe('a subscription that several connections share', () => {
  it('goes on for those who stay when the one whose token lasts longest leaves', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const [long, short] = [
      await acknowledged(host, `mina ${Date.now() + 60_000}`),
      await acknowledged(host, `mina ${Date.now() + 30_000}`),
    ];
    const query = 'subscription { ticket(id: "t1") { place concert { viewer } } }';
    for (const raw of [long, short]) {
      raw.send(subscribe('1', query));
      await raw.take();
    }
    long.socket.close();
    await long.closed;
    host.feeds.ticket.say(at(49));
    const { concert } = (await short.take()).payload.data.ticket;
    expect(Number(concert.viewer.split(' ')[1])).toBeLessThan(Date.now() + 31_000);
  });
});

describe('limits', () => {
  it.each([
    ['its text', { query: `subscription { ticket(id: "t1") { place } } # ${'x'.repeat(10_000)}` }],
    ['its variables', { variables: { unknown: 'x'.repeat(10_000) } }],
    ['its extensions', { extensions: { unknown: 'x'.repeat(10_000) } }],
  ])('on what is kept of a subscription for as long as it lasts: %s', async (_what, long) => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const raw = await acknowledged(host);
    const { payload } = subscribe('1');
    raw.send({ ...subscribe('1'), payload: { ...payload, ...long } });
    expect(await raw.take()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }],
    });
    expect(host.live).toBe(0);
    raw.send(subscribe('2'));
    expect((await raw.take()).type).toBe('next');
  });

  it('on what operations ask for are set by the host', async () => {
    const check = () => {
      throw new GraphQLError('too deep', { extensions: { code: 'OPERATION_TOO_COMPLEX' } });
    };
    const host = await startHost({ check });
    const raw = await acknowledged(host);
    raw.send(subscribe('1'));
    expect(await raw.take()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }],
    });
    expect(host.queue.connections).toBe(0);
  });

  it('on subscriptions count all connections of a viewer, and ended ones make room', async () => {
    const host = await startHost({ mostOperations: 2 });
    host.feeds.ticket.state = at(50);
    const [one, two, other] = [
      await acknowledged(host, 'mina'),
      await acknowledged(host, 'mina'),
      await acknowledged(host, 'otto'),
    ];
    one.send(subscribe('1'));
    await one.take();
    two.send(subscribe('1'));
    await two.take();
    two.send(subscribe('2'));
    expect(await two.take()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    other.send(subscribe('1'));
    expect((await other.take()).type).toBe('next');
    one.send({ id: '1', type: 'complete' });
    await until(() => host.feeds.ticket.listeners === 2);
    // A ping is answered only after the messages before it.
    one.send({ type: 'ping' });
    await one.take();
    two.send(subscribe('3'));
    expect((await two.take()).type).toBe('next');
  });

  it('on connections count for each viewer, and for each address of clients that are not logged in', async () => {
    const host = await startHost({ mostConnections: 1 });
    for (const who of [undefined, 'mina']) {
      const first = await acknowledged(host, who);
      const second = await host.raw();
      second.send({ type: 'connection_init', ...(who !== undefined && { payload: { authorization: who } }) });
      expect(await second.closed).toEqual({ code: 4429, reason: 'Too many connections' });
      first.socket.close();
      await first.closed;
      await acknowledged(host, who);
    }
  });

  it('on connections count event streams too', async () => {
    const host = await startHost({ mostConnections: 1 });
    const stream = await fetch(host.url, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', authorization: 'mina' },
      body: JSON.stringify({ query: 'subscription { ticket(id: "t1") { place } }' }),
    });
    const raw = await host.raw();
    raw.send({ type: 'connection_init', payload: { authorization: 'mina' } });
    expect(await raw.closed).toEqual({ code: 4429, reason: 'Too many connections' });
    await stream.body?.cancel();
  });
});

describe('messages that arrive together', () => {
  it('are handled when it is their turn, in their order, and not any more when the client has left', async () => {
    const turns: (() => void)[] = [];
    const host = await startHost({ takeTurn: (address, begin) => void turns.push(begin) });
    host.feeds.ticket.state = at(50);
    const turn = async () => {
      await until(() => turns.length > 0);
      turns.shift()!();
      await nextTurn();
    };
    const raw = await host.raw();
    raw.send({ type: 'connection_init' });
    await turn();
    expect(await raw.take()).toEqual({ type: 'connection_ack' });
    raw.send(subscribe('1'));
    raw.send({ id: '1', type: 'complete' });
    raw.send(subscribe('1', 'subscription { ticket(id: "t1") { name } }'));
    raw.send(subscribe('2'));
    for (let n = 0; n < 3; n++) await turn();
    await until(() => host.feeds.ticket.listeners === 1);
    expect((await raw.take()).payload).toEqual({ data: { ticket: { name: 'one' } } });
    raw.socket.close();
    await raw.closed;
    await turn();
    expect(host.live).toBe(0);
  });
});

describe('a client that is slow', () => {
  const long = 'x'.repeat(50_000);

  /** A client that stops reading, at a server that has noticed it. */
  async function stalled(host: Host, query: string): Promise<Raw> {
    const raw = await acknowledged(host, 'slow');
    raw.send(subscribe('1', query));
    (raw.socket as any)._socket.pause();
    return raw;
  }

  it('skips to the latest result, and others do not wait for it', async () => {
    const host = await startHost();
    const line = (n: number) => [{ ...at(n), name: long }];
    host.feeds.line.state = line(0);
    const query = 'subscription { line { place name } }';
    const raw = await stalled(host, query);
    const quick = host.subscribe(query, { token: 'quick' });
    await quick.take();
    const last = 400;
    for (let n = 1; n <= last; n++) {
      host.feeds.line.say(line(n));
      expect((await quick.take()).data.line[0].place).toBe(n);
    }
    (raw.socket as any)._socket.resume();
    const places: number[] = [];
    while (places.at(-1) !== last) places.push((await raw.take()).payload.data.line[0].place);
    expect(places.length).toBeLessThan(last);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  }, 60_000);

  it('and whose events cannot be skipped starts over from the present state', async () => {
    const host = await startHost();
    const { changes } = host.feeds;
    const say = (n: number) => changes.say({ numbers: [n], filler: long });
    say(0);
    const raw = await stalled(host, 'subscription { changes { numbers filler } }');
    await until(() => changes.listeners === 1);
    let said = 0;
    // Until the gateway has received more than it could pass on.
    while (changes.listeners === 1) {
      say(++said);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    changes.state = { numbers: [-1] };
    (raw.socket as any)._socket.resume();
    const seen: number[] = [];
    while (seen.at(-1) !== -1) seen.push((await raw.take()).payload.data.changes.numbers[0]);
    // There is no gap until it could no longer follow; then comes the whole state.
    expect(seen.slice(0, -1)).toEqual(Array.from({ length: seen.length - 1 }, (_, n) => n));
    expect(seen.length).toBeLessThan(said);
    say(7);
    expect((await raw.take()).payload.data.changes.numbers).toEqual([7]);
  }, 60_000);
});

describe('a server that shuts down', () => {
  it('disconnects clients, which come back; and accepts no new ones', async () => {
    const host = await startHost();
    const clients = await Promise.all(Array.from({ length: 40 }, () => acknowledged(host)));
    await host.drain(200);
    for (const { closed } of clients) expect((await closed).code).toBe(1012);
    const refused = new WebSocket(host.websocket, 'graphql-transport-ws');
    later(() => refused.terminate());
    const status = new Promise((resolve) => {
      refused.on('error', () => undefined);
      refused.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
    });
    expect(await within(5_000, status)).toBe(503);
  });
});
