import { watchEventLoop } from '@frontrow/kit/testing/event-loop';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startFakeSubgraph, startGatewayUnderTest, stopAll } from './testing/stand.ts';

afterEach(stopAll);

const edges = Array.from({ length: 100_000 }, (_, n) => ({ node: { id: `c${n} – ${'x'.repeat(140)}` } }));
const list = JSON.stringify(edges);
const bytesOfList = Buffer.from(list);

/** Answers every query with a list that is attached, and gives the attachment so often. */
async function startConcerts({ bytes = Buffer.byteLength(list), times = Infinity } = {}) {
  const given = { times: 0 };
  const concerts = await startFakeSubgraph((response, body) => {
    const { query, id } = JSON.parse(body) as { query?: string; id?: string };
    if (query === undefined) {
      if (id === '0199d1f6-0000-7000-8000-000000000001' && ++given.times <= times) response.end(bytesOfList);
      else response.writeHead(404).end('{}');
      return;
    }
    const errors = ['concerts', 'again', 'more', 'most'].flatMap((name) =>
      new RegExp(`\\b${name}\\b(?!:)`).test(query.replace(/: ?concerts/g, ''))
        ? [
            {
              message: 'attached',
              path: [name, 'edges'],
              extensions: { code: 'ATTACHED', id: '0199d1f6-0000-7000-8000-000000000001', bytes },
            },
          ]
        : [],
    );
    const data = Object.fromEntries(errors.map(({ path: [name] }) => [name, { edges: [] }]));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data, errors }));
  });
  return { concerts, given };
}

/** Reads an answer without looking at it: here the client is in the process that is measured. */
async function lengthOfAnswer(url: string): Promise<number> {
  const asked = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  asked.end(JSON.stringify({ query }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let length = 0;
  response.on('data', (piece: Buffer) => (length += piece.length));
  await once(response, 'end');
  return length;
}

const query = '{ concerts { edges { node { id } } } }';

describe('a long list', () => {
  it('reaches the client whole, and keeps the gateway from nothing else for long', async () => {
    const { concerts, given } = await startConcerts();
    const gateway = await startGatewayUnderTest({ CONCERTS_URL: concerts.url });
    // What is planned and compiled once is not what this is about.
    await lengthOfAnswer(gateway.url);
    const watched = watchEventLoop();
    const lengths = await Promise.all([1, 2, 3].map(() => lengthOfAnswer(gateway.url)));
    const { delayMs, workMs } = watched();
    const expected = Buffer.byteLength(`{"data":{"concerts":{"edges":${list}}}}`);
    for (const length of lengths) expect(Math.abs(length - expected)).toBeLessThan(2);
    // Once for all who asked.
    expect(given.times).toBe(1);
    console.log(`event loop: longest delay ${delayMs.toFixed(1)} ms, longest work ${workMs.toFixed(1)} ms`);
    // The promise is 50 ms. Here three clients and the subgraph share the process, and the work of the garbage collector's
    // threads is counted too; without slices it was 1,400 ms.
    expect(workMs).toBeLessThan(250);
  }, 60_000);

  it('reaches who asks over a WebSocket or an event stream too', async () => {
    const { concerts } = await startConcerts();
    const gateway = await startGatewayUnderTest({ CONCERTS_URL: concerts.url });
    const client = createClient({ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket });
    const [first, second] = [client.iterate({ query }), client.iterate({ query: '{ __typename }' })];
    const [{ value }, other] = await Promise.all([first.next(), second.next()]);
    expect(JSON.stringify(value.data.concerts.edges) === list).toBe(true);
    expect(other.value).toEqual({ data: { __typename: 'Query' } });
    await client.dispose();
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    expect(
      text.includes(`event: next\ndata: {"data":{"concerts":{"edges":${list}}}}\n\nevent: complete`),
    ).toBe(true);
  }, 60_000);

  it('is not to be had twice in one operation when both are too much', async () => {
    const { concerts } = await startConcerts({ bytes: 30 * 1024 * 1024 });
    const gateway = await startGatewayUnderTest({ CONCERTS_URL: concerts.url });
    const twice = '{ concerts { edges { node { id } } } again: concerts { edges { node { id } } } }';
    const { body } = await gateway.query(twice);
    expect(body.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }]);
  });

  it('that its subgraph has forgotten is a fault that passes', async () => {
    const { concerts } = await startConcerts({ times: 0 });
    const gateway = await startGatewayUnderTest({ CONCERTS_URL: concerts.url });
    const { status, body } = await gateway.query(query);
    expect(status).toBe(503);
    expect(body.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  });
});
