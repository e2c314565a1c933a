import { brotliCompressSync, gzipSync } from 'node:zlib';
import { request } from 'undici';
import { nowhere, startFakeSubgraph, startGatewayUnderTest, stopAll } from './testing/stand.ts';

afterEach(stopAll);

const [known, unknown] = ['a'.repeat(64), 'b'.repeat(64)];
const text = JSON.stringify({ format: 1, x: Array.from({ length: 1_000 }, (_, n) => n % 50) });
const compress = { br: brotliCompressSync, gzip: gzipSync };

/** A subgraph that has one layout. */
const startConcerts = () =>
  startFakeSubgraph((response, body) => {
    if (body === '') return void response.end();
    const { name, encoding } = JSON.parse(body) as { name: string; encoding: 'br' | 'gzip' };
    if (name === known) response.end(compress[encoding](text));
    else response.writeHead(404).end('{}');
  });

async function start(concerts: string, environment: Record<string, string> = {}) {
  const { url } = await startGatewayUnderTest({ CONCERTS_URL: concerts, ...environment });
  const at = (path: string) => new URL(`/seat-maps/${path}`, url);
  return {
    /** Reads the answer as it comes, without decoding it as `fetch` would. */
    get: async (path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') => {
      const { statusCode, headers: answered, body } = await request(at(path), { method, headers });
      return { status: statusCode, headers: answered, body: Buffer.from(await body.arrayBuffer()) };
    },
    fetch: (path: string, options: RequestInit = {}) => fetch(at(path), options),
  };
}

describe('a seat map', () => {
  it('is fetched from its subgraph once, compressed already, and may be kept for good', async () => {
    const concerts = await startConcerts();
    const gateway = await start(concerts.url);
    const answers = await Promise.all(
      ['gzip, deflate, br', 'br', 'gzip, br;q=0.1'].map((accepted) =>
        gateway.get(`${known}.json`, { 'accept-encoding': accepted }),
      ),
    );
    answers.push(await gateway.get(`${known}.json`, { 'accept-encoding': 'gzip, deflate, br' }));
    for (const { status, headers, body } of answers) {
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'content-encoding': 'br',
        'cache-control': 'public, max-age=31536000, immutable',
        etag: `"${known}-br"`,
        vary: expect.stringMatching(/accept-encoding/i),
        'x-content-type-options': 'nosniff',
      });
      expect(body).toEqual(compress.br(text));
    }
    expect(concerts.requests.length).toBe(1);
  });

  it.each([
    ['gzip', 'gzip', compress.gzip(text)],
    ['identity', undefined, Buffer.from(text)],
  ])('comes in a form that a client which accepts only %s can read', async (accepted, encoding, bytes) => {
    const concerts = await startConcerts();
    const gateway = await start(concerts.url);
    const { headers, body } = await gateway.get(`${known}.json`, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(body).toEqual(bytes);
  });

  it('is not sent again to a client that has it, in whichever encoding', async () => {
    const concerts = await startConcerts();
    const gateway = await start(concerts.url);
    for (const etag of [`"${known}-br"`, `W/"x", "${known}-gzip"`]) {
      const { status, headers, body } = await gateway.get(`${known}.json`, { 'if-none-match': etag });
      expect([status, body.length, headers['cache-control']]).toEqual([
        304,
        0,
        expect.stringMatching('immu'),
      ]);
    }
    const { status, body, headers } = await gateway.get(`${known}.json`, {}, 'HEAD');
    expect([status, body.length, headers['content-length']]).toEqual([200, 0, String(text.length)]);
  });

  it('that does not exist is not found, and no subgraph is asked for what cannot be a name', async () => {
    const concerts = await startConcerts();
    const gateway = await start(concerts.url);
    const { status, headers } = await gateway.get(`${unknown}.json`);
    expect([status, headers['cache-control'], headers.etag]).toEqual([404, 'no-store', undefined]);
    expect(concerts.requests.length).toBe(1);
    for (const junk of [
      ...['', 'x.json', known, `${known}.json/`, `${known}.json/x`, `x/${known}.json`, `${known}.JSON`],
      ...[`${known.toUpperCase()}.json`, `..%2f${known}.json`, `${known}.json%00`, '%ff', `${known}%0a.json`],
    ]) {
      const answer = await gateway.get(junk);
      expect([junk, answer.status]).toEqual([junk, 404]);
      expect(JSON.parse(answer.body.toString()).errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
    }
    expect(concerts.requests.length).toBe(1);
  });

  it('can only be read', async () => {
    const gateway = await start(nowhere);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await gateway.fetch(`${known}.json`, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('comes from another replica when one is dead or ill', async () => {
    const concerts = await startConcerts();
    const ill = await startFakeSubgraph((response) => void response.writeHead(503).end('{}'));
    const gateway = await start(`${nowhere},${ill.url},${concerts.url}`);
    for (const accepted of ['br', 'gzip']) {
      const { status } = await gateway.get(`${known}.json`, { 'accept-encoding': accepted });
      expect(status).toBe(200);
    }
  });

  it('that is not available now is asked for again later', async () => {
    let isIll = true;
    const concerts = await startFakeSubgraph((response) =>
      isIll ? void response.writeHead(500).end() : void response.end(compress.br(text)),
    );
    const gateway = await start(concerts.url);
    const failed = await gateway.fetch(`${known}.json`);
    expect([failed.status, failed.headers.get('cache-control')]).toEqual([503, 'no-store']);
    isIll = false;
    const answer = await gateway.fetch(`${known}.json`, { headers: { 'accept-encoding': 'br' } });
    expect(await answer.text()).toBe(text);
  });

  it('counts for the address like everything else', async () => {
    const concerts = await startConcerts();
    const gateway = await start(concerts.url, { REQUESTS_PER_MINUTE_PER_ADDRESS: '2' });
    const statuses: number[] = [];
    for (const name of [known, unknown, known]) statuses.push((await gateway.get(`${name}.json`)).status);
    expect(statuses).toEqual([200, 404, 429]);
  });
});
