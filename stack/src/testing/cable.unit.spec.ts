import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Cable } from './cable.ts';

/** A server that echoes each byte. */
let server: Server;
let cable: Cable;

beforeEach(async () => {
  server = createServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cable = await Cable.to('127.0.0.1', (server.address() as AddressInfo).port);
});
afterEach(() => {
  cable.close();
  server.close();
});

async function caller(): Promise<Socket> {
  const socket = connect(cable.port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}
const heard = async (socket: Socket) => String((await once(socket, 'data'))[0]);
const soon = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('a cable', () => {
  it('passes on what both ends send', async () => {
    const socket = await caller();
    socket.write('hello');
    expect(await heard(socket)).toBe('hello');
  });

  it('tells one end when the other has ended', async () => {
    const socket = await caller();
    socket.end('the last word');
    expect(await heard(socket)).toBe('the last word');
    await once(socket, 'close');
  });

  it('ends a connection to a server that is down', async () => {
    server.close();
    const socket = connect(cable.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'close');
  });

  it('that is cut resets every connection, and takes new ones', async () => {
    const socket = await caller();
    socket.write('hello');
    await heard(socket);
    cable.cut();
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    const next = await caller();
    next.write('again');
    expect(await heard(next)).toBe('again');
  });

  it('that is silent holds back what is sent, on new connections too, and delivers it afterwards', async () => {
    const before = await caller();
    cable.silence();
    const during = await caller();
    let wasHeard = false;
    for (const socket of [before, during]) socket.once('data', () => (wasHeard = true)).write('hello');
    await soon();
    expect(wasHeard).toBe(false);
    const both = Promise.all([before, during].map(heard));
    cable.restore();
    expect(await both).toEqual(['hello', 'hello']);
  });

  it('that is silent does not pass on an end before it is restored', async () => {
    const socket = await caller();
    socket.write('hello');
    await heard(socket);
    cable.silence();
    let hasEnded = false;
    socket.once('close', () => (hasEnded = true));
    server.close();
    socket.end();
    await soon();
    expect(hasEnded).toBe(false);
    const ended = once(socket, 'close');
    cable.restore();
    await ended;
  });
});
