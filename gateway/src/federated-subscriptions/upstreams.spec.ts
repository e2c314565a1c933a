import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { GraphQLError } from 'graphql';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { later, running, startHost, stopAll, until } from './testing/host.ts';
import { concerts, newFeeds, queue, supergraphOf } from './testing/small-graph.ts';
import { startSubgraph } from './testing/subgraph.ts';

afterEach(stopAll);

const place = 'subscription { ticket(id: "t1") { place } }';
const at = (n: number) => ({ id: 't1', name: 'one', place: n, concert: { id: 'c1' } });
const shown = (n: number) => ({ data: { ticket: { place: n } } });

interface Mute {
  readonly websocket: string;
  readonly connections: number;
  /** The types of the messages that it received. */
  readonly types: string[];
}

/** A subgraph that accepts connections, answers pings, and otherwise does only this. */
async function muteSubgraph(
  answer: (socket: WebSocket, message: { type: string; id?: string }) => void,
): Promise<Mute> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let connections = 0;
  const types: string[] = [];
  server.on('connection', (socket) => {
    connections++;
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as { type: string };
      types.push(message.type);
      answer(socket, message);
    });
  });
  later(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    websocket: `ws://127.0.0.1:${port}/graphql`,
    types,
    get connections() {
      return connections;
    },
  };
}

/** The address of a process that hangs: the system accepts its connections, and nobody ever reads from them. */
async function hangingSubgraph(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `ws://127.0.0.1:${port}/graphql`;
}

describe('subscribers of the same', () => {
  it('viewer, operation and variables share one upstream, and a newcomer gets the latest result at once', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const first = host.subscribe(place, { token: 'mina' });
    expect(await first.take()).toEqual(shown(50));
    host.feeds.ticket.say(at(49));
    expect(await first.take()).toEqual(shown(49));
    const second = host.subscribe(place, { token: 'mina' });
    expect(await second.take()).toEqual(shown(49));
    host.feeds.ticket.say(at(48));
    expect(await first.take()).toEqual(shown(48));
    expect(await second.take()).toEqual(shown(48));
    expect(host.feeds.ticket.subscriptions).toBe(1);

    await first.return!();
    host.feeds.ticket.say(at(47));
    expect(await second.take()).toEqual(shown(47));
    await second.return!();
    await until(() => host.feeds.ticket.listeners === 0);
    expect(host.live).toBe(0);
  });

  it.each([
    ['viewer', place, {}, 'otto'],
    ['operation', 'subscription { ticket(id: "t1") { name } }', {}, 'mina'],
    ['variables', place, { id: 2 }, 'mina'],
  ])('but of another %s do not', async (_what, query, variables, token) => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    await host.subscribe(place, { token: 'mina' }).take();
    await host.subscribe(query, { variables, token }).take();
    expect(host.feeds.ticket.subscriptions).toBe(2);
    expect(host.queue.connections).toBe(1);
  });

  it('events that contain only changes do not share it, because a newcomer would miss earlier ones', async () => {
    const host = await startHost();
    host.feeds.changes.state = { numbers: [1, 2, 3] };
    const query = 'subscription { changes { numbers } }';
    const all = { data: { changes: { numbers: [1, 2, 3] } } };
    const first = host.subscribe(query);
    expect(await first.take()).toEqual(all);
    const second = host.subscribe(query);
    expect(await second.take()).toEqual(all);
    expect(host.feeds.changes.subscriptions).toBe(2);
  });
});

describe('an upstream', () => {
  it('that fails after it had worked is subscribed to again, and the client notices a pause', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const results = host.subscribe(place);
    expect(await results.take()).toEqual(shown(50));
    host.feeds.ticket.end(new Error('it lost its database'));
    host.feeds.ticket.state = at(44);
    expect(await results.take()).toEqual(shown(44));
  });

  it('that sent more than could be handled is left alone when nobody waits for it any more', async () => {
    let answer: () => void = () => undefined;
    const answersAfter = new Promise<void>((resolve) => (answer = resolve));
    const host = await startHost({ concertsOptions: { answersAfter } });
    const { changes } = host.feeds;
    const concert = { id: 'c1' };
    changes.state = { numbers: [0], concert };
    const query = 'subscription { changes { numbers concert { title } } }';
    const leaver = host.subscribe(query);
    await until(() => host.concerts.requests.length === 1);
    for (let n = 1; n <= 40; n++) changes.say({ numbers: [n], concert });
    await until(() => changes.listeners === 0);
    await leaver.return!();
    await until(() => host.live === 0);
    answer();
    const other = host.subscribe(query);
    expect(await other.take()).toMatchObject({ data: { changes: { numbers: [40] } } });
    expect(changes.subscriptions).toBe(2);
  });

  it('that is down is waited for, also by clients that came meanwhile', async () => {
    const feeds = newFeeds();
    const subgraph = { ...queue, resolvers: queue.resolvers(feeds) };
    const other = await startSubgraph(subgraph);
    const host = await startHost({ queueAddresses: () => [other.websocket] });
    feeds.ticket.state = at(50);
    const early = host.subscribe(place, { token: 'mina' });
    expect(await early.take()).toEqual(shown(50));
    await other.stop();
    const late = host.subscribe(place, { token: 'otto' });
    await until(() => host.live === 2);
    feeds.ticket.state = at(40);
    await running(subgraph, { port: other.port });
    expect(await early.take()).toEqual(shown(40));
    expect(await late.take()).toEqual(shown(40));
  });

  it('that is down is not flooded: many subscribers make few attempts', async () => {
    const host = await startHost({ queueAddresses: () => ['ws://127.0.0.1:1/graphql'] });
    for (let i = 0; i < 40; i++)
      void host
        .subscribe(place, { token: `fan-${i}` })
        .next()
        .catch(() => undefined);
    await until(() => host.live === 40);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // There is one line for each attempt to connect, at growing intervals.
    expect(host.warnings.length).toBeGreaterThan(2);
    expect(host.warnings.length).toBeLessThan(15);
  });

  it('that is one of several replicas is replaced by another one', async () => {
    const [one, two] = [newFeeds(), newFeeds()];
    const [a, b] = [
      await running({ ...queue, resolvers: queue.resolvers(one) }),
      await running({ ...queue, resolvers: queue.resolvers(two) }),
    ];
    const host = await startHost({ queueAddresses: () => [a.websocket, b.websocket] });
    one.ticket.state = two.ticket.state = at(50);
    const fans = Array.from({ length: 10 }, (_, i) => host.subscribe(place, { token: `fan-${i}` }));
    for (const fan of fans) expect(await fan.take()).toEqual(shown(50));
    expect([one.ticket.listeners, two.ticket.listeners]).toEqual([5, 5]);
    two.ticket.state = at(30);
    await a.stop();
    await until(() => two.ticket.listeners === 10);
    two.ticket.say(at(29));
    for (const fan of fans) {
      let result = await fan.take();
      // Subscribers that had to move first got the state there.
      if (result.data.ticket.place === 30) result = await fan.take();
      expect(result).toEqual(shown(29));
    }
  });

  it('that never acknowledges the connection, though it is alive, is abandoned for another replica', async () => {
    const feeds = newFeeds();
    const other = await running({ ...queue, resolvers: queue.resolvers(feeds) });
    feeds.ticket.state = at(50);
    // When a subscription starts again is left to chance, so this is tried often.
    const tries = Array.from({ length: 25 }, async () => {
      const mute = await muteSubgraph((socket) => socket.send('{"type":"ping"}'));
      const host = await startHost({
        queueAddresses: () => [mute.websocket, other.websocket],
        answerWithinMs: 1_000,
      });
      expect(await host.subscribe(place).take()).toEqual(shown(50));
      return mute.connections;
    });
    expect(new Set(await Promise.all(tries))).toEqual(new Set([1]));
  });

  it('that has not acknowledged its connection yet has one subscription, while another replica has the rest', async () => {
    const hanging = await hangingSubgraph();
    const feeds = newFeeds();
    const other = await running({ ...queue, resolvers: queue.resolvers(feeds) });
    const host = await startHost({
      queueAddresses: () => [other.websocket, hanging],
      answerWithinMs: 1_000,
    });
    feeds.ticket.state = at(50);
    expect(await host.subscribe(place, { token: 'mina' }).take()).toEqual(shown(50));
    const fans = Array.from({ length: 10 }, (_, i) => host.subscribe(place, { token: `fan-${String(i)}` }));
    await until(() => feeds.ticket.listeners === 10);
    expect(host.warnings).toEqual([]);
    for (const fan of fans) expect(await fan.take()).toEqual(shown(50));
    expect(host.warnings).toEqual(['lost a subgraph’s subscriptions']);
  });

  it('that never answers a subscription is abandoned for another replica, and left alone for a while', async () => {
    const mute = await muteSubgraph((socket, { type }) => {
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    });
    const feeds = newFeeds();
    const other = await running({ ...queue, resolvers: queue.resolvers(feeds) });
    const host = await startHost({
      queueAddresses: () => [mute.websocket, other.websocket],
      answerWithinMs: 1_000,
    });
    feeds.ticket.state = at(50);
    expect(await host.subscribe(place, { token: 'mina' }).take()).toEqual(shown(50));
    expect(host.warnings).toEqual(['a subgraph did not answer subscriptions']);
    expect(await host.subscribe(place, { token: 'otto' }).take()).toEqual(shown(50));
    expect(mute.types.filter((type) => type === 'subscribe')).toEqual(['subscribe']);
  });

  it('that cannot be reached at all is given up, and the client told, unless it had results before', async () => {
    const feeds = newFeeds();
    const subgraph = { ...queue, resolvers: queue.resolvers(feeds) };
    const other = await startSubgraph(subgraph);
    const host = await startHost({ queueAddresses: () => [other.websocket], giveUpAfterMs: 400 });
    feeds.ticket.state = at(50);
    const early = host.subscribe(place, { token: 'mina' });
    expect(await early.take()).toEqual(shown(50));
    await other.stop();
    await expect(host.subscribe(place, { token: 'otto' }).take()).rejects.toMatchObject([
      { extensions: { code: 'SERVICE_UNAVAILABLE' } },
    ]);
    feeds.ticket.state = at(40);
    await running(subgraph, { port: other.port });
    expect(await early.take()).toEqual(shown(40));
  });

  it('that sends nonsense does not end the gateway', async () => {
    const mute = await muteSubgraph((socket, { type, id }) => {
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      for (const payload of [null, {}, 5, { data: 5 }, { data: null, errors: 'no' }, [{ message: {} }]]) {
        socket.send(JSON.stringify({ type: 'next', id, payload }));
        socket.send(JSON.stringify({ type: 'error', id, payload }));
      }
    });
    const host = await startHost({ queueAddresses: () => [mute.websocket], giveUpAfterMs: 1_000 });
    await host
      .subscribe(place)
      .take()
      .catch(() => undefined);
    await until(() => mute.connections > 0);
  });

  it('that refuses for a temporary reason is asked again; for any other, the client is told', async () => {
    let code: string | undefined = 'SERVICE_UNAVAILABLE';
    const refuse = () => (code === undefined ? undefined : new GraphQLError('no', { extensions: { code } }));
    const host = await startHost({ subgraphs: { refuse } });
    host.feeds.ticket.state = at(50);
    const patient = host.subscribe(place, { token: 'mina' });
    const result = patient.take();
    await until(() => host.live === 1);
    code = undefined;
    expect(await result).toEqual(shown(50));
    code = 'FORBIDDEN';
    await expect(host.subscribe(place, { token: 'otto' }).take()).rejects.toMatchObject([
      { message: 'no', extensions: { code: 'FORBIDDEN' } },
    ]);
    host.feeds.ticket.say(at(49));
    expect(await patient.take()).toEqual(shown(49));
  });
});

describe('a new supergraph', () => {
  const changed = (how: (sdl: string) => string) =>
    supergraphOf({ queue: how(queue.sdl), concerts: concerts.sdl });

  it('continues, with the same upstream, if the operation is still valid', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const results = host.subscribe('subscription { ticket(id: "t1") { place concert { title } } }');
    await results.take();
    host.useSupergraph(changed((sdl) => sdl.replace('name: String!\n', 'name: String!\n more: Int\n')));
    host.feeds.ticket.say(at(49));
    expect(await results.take()).toEqual({
      data: { ticket: { place: 49, concert: { title: 'Concert c1' } } },
    });
    expect(host.feeds.ticket.subscriptions).toBe(1);
  });

  it('ends, with the reason, what is no longer valid, and nothing else', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const [fits, fitsNot] = [
      host.subscribe(place),
      host.subscribe('subscription { ticket(id: "t1") { name } }'),
    ];
    await Promise.all([fits.take(), fitsNot.take()]);
    host.useSupergraph(
      changed((sdl) =>
        sdl.replaceAll('name: String!', '').replace('interface Named {  }', 'interface Named { id: ID! }'),
      ),
    );
    await expect(fitsNot.take()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    host.feeds.ticket.say(at(49));
    expect(await fits.take()).toEqual(shown(49));
    await until(() => host.feeds.ticket.listeners === 1);
  });
});
