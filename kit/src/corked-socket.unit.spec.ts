import { Writable } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { CorkedSocket } from './corked-socket.ts';

/** A socket whose other end takes nothing until `take` is called. */
function socket() {
  const written: string[] = [];
  const taking: (() => void)[] = [];
  const connection = new Writable({
    highWaterMark: 16 * 1024,
    writev: (chunks, taken) => {
      written.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      taking.push(taken);
    },
  });
  const websocket = { OPEN: 1, readyState: 1, send: (message: string) => connection.write(message) };
  const corked = new CorkedSocket(websocket as unknown as WebSocket, connection as unknown as Duplex);
  return { corked, connection, websocket, written, take: () => taking.shift()?.() };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a corked socket', () => {
  it('sends what is said in one turn in one write', async () => {
    const { corked, written } = socket();
    for (const message of ['a', 'b', 'c']) expect(corked.send(message)).toBeUndefined();
    expect(written).toEqual([]);
    await turn();
    expect(written).toEqual(['abc']);
  });

  it('begins to send while much is said', () => {
    const { corked, written } = socket();
    for (let said = 0; said < 5; said++) void corked.send('x'.repeat(10_000));
    expect(written.map(({ length }) => length)).toEqual([40_000]);
  });

  it('asks to wait when too much has not left yet, until it has', async () => {
    const { corked, take } = socket();
    expect(corked.send('x'.repeat(1024 * 1024 - 1))).toBeUndefined();
    const waiting = [corked.send('y'), corked.send('z')];
    expect(waiting).toEqual([expect.any(Promise), expect.any(Promise)]);
    let mayGoOn = false;
    const goesOn = waiting[0]?.then(() => (mayGoOn = true));
    await turn();
    expect(mayGoOn).toBe(false);
    take();
    await turn();
    take();
    await goesOn;
    expect(corked.send('more')).toBeUndefined();
  });

  it('lets those who wait go on when the connection is lost, and does not hurry whoever goes on talking', async () => {
    const { corked, connection, websocket } = socket();
    const waiting = corked.send('x'.repeat(1024 * 1024));
    connection.destroy();
    websocket.readyState = 3;
    await waiting;
    expect(corked.send('more')).toBeInstanceOf(Promise);
  });
});
