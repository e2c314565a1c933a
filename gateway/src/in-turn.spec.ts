import { on, once } from 'node:events';
import { mostWorkMs, watchEventLoop } from '@frontrow/kit/testing/event-loop';
import type { Request, Response } from 'express';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { inTurn, takingTurns } from './in-turn.ts';
import { readElsewhere } from './testing/read-elsewhere.ts';
import { startFakeSubgraph, startGatewayUnderTest, stopAll } from './testing/stand.ts';

afterEach(stopAll);
describe('operations that arrive together', () => {
  it('begin in turn by address, one at a time', async () => {
    const handle = inTurn(takingTurns(), 0);
    const begun: string[] = [];
    const arrive = (remoteAddress: string, name: string) => {
      const request = { headers: {}, socket: { remoteAddress } } as Request;
      handle(request, {} as Response, () => begun.push(name));
    };
    for (let n = 0; n < 5; n++) arrive('192.0.2.1', `flood ${n}`);
    arrive('192.0.2.2', 'honest');
    await nextTurn();
    expect(begun).toEqual(['flood 0']);
    for (let n = 0; n < 5; n++) await nextTurn();
    expect(begun).toEqual(['flood 0', 'honest', ...[1, 2, 3, 4].map((n) => `flood ${n}`)]);
    arrive('192.0.2.2', 'later');
    await nextTurn();
    expect(begun.at(-1)).toBe('later');
  });

  it('over one WebSocket do not block the process for long either', async () => {
    const users = await startFakeSubgraph((response) => {
      response.setHeader('content-type', 'application/json').end('{"data":{"trace":"t"}}');
    });
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url, MAX_ALIASES: '1000' });
    const socket = new WebSocket(gateway.url.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    // Each document is another one, so that none of them is known already.
    const ask = (n: number) => {
      const fields = Array.from({ length: 100 }, (_, field) => `a${n}_${field}: trace`);
      const query = `{ ${fields.join(' ')} }`;
      socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload: { query } }));
    };
    const answers = async (count: number) => {
      let answered = 0;
      for await (const [message] of on(socket, 'message') as AsyncIterable<[Buffer]>) {
        if (message.includes('"complete"')) answered++;
        if (answered === count) return;
      }
    };
    // The first ones take longer.
    for (let n = 0; n < 5; n++) ask(n);
    await answers(5);
    const watched = watchEventLoop();
    for (let n = 5; n < 90; n++) ask(n);
    await answers(85);
    const { delayMs, workMs } = watched();
    console.log(`event loop: longest delay ${delayMs.toFixed(1)} ms, longest work ${workMs.toFixed(1)} ms`);
    expect(workMs).toBeLessThan(mostWorkMs);
    socket.close();
    await once(socket, 'close');
  });

  it('do not block the process for long, however many they are', async () => {
    const users = await startFakeSubgraph((response) => {
      response.setHeader('content-type', 'application/json').end('{"data":{"trace":"t"}}');
    });
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    await readElsewhere(gateway.url, '{ trace }', 50);
    const watched = watchEventLoop();
    expect(await readElsewhere(gateway.url, '{ trace }', 100)).toHaveLength(100);
    const { delayMs, workMs } = watched();
    console.log(`event loop: longest delay ${delayMs.toFixed(1)} ms, longest work ${workMs.toFixed(1)} ms`);
    expect(workMs).toBeLessThan(mostWorkMs);
  });
});
