import { mostWorkMs, watchEventLoop } from '@frontrow/kit/testing/event-loop';
import type { Request, Response } from 'express';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inTurn } from './in-turn.ts';
import { readElsewhere } from './testing/read-elsewhere.ts';
import { startFakeSubgraph, startGatewayUnderTest, stopAll } from './testing/stand.ts';

afterEach(stopAll);
describe('operations that arrive together', () => {
  it('begin in turn by address, one at a time', async () => {
    const handle = inTurn(0);
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
