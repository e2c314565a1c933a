import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { GraphQLError } from 'graphql';
import { createClient } from 'graphql-sse';
import { later, startHost, stopAll, until, within } from './testing/host.ts';
import type { Host } from './testing/host.ts';

afterEach(stopAll);

const place = 'subscription Place { ticket(id: "t1") { place } }';
const at = (n: number) => ({ id: 't1', name: 'one', place: n, concert: { id: 'c1' } });
const stream = { accept: 'text/event-stream', 'content-type': 'application/json' };

const post = (host: Host, body: object, headers: Record<string, string> = {}) =>
  fetch(host.url, { method: 'POST', headers: { ...stream, ...headers }, body: JSON.stringify(body) });
const get = (host: Host, parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${host.url}?${String(new URLSearchParams(parameters))}`, { headers: { ...stream, ...headers } });

describe('Server-Sent Events', () => {
  it('deliver what a plain curl -N asks for', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const curl = execFile('curl', [
      '-sN',
      '-H',
      'Accept: text/event-stream',
      '-H',
      'Content-Type: application/json',
      '-d',
      JSON.stringify({ query: place }),
      host.url,
    ]);
    const output = text(curl.stdout!);
    await until(() => host.feeds.ticket.listeners === 1);
    host.feeds.ticket.say(at(49));
    host.feeds.ticket.end();
    // On a slow machine there is time for more than one sign of life, each of which is a comment.
    expect((await output).replace(/^retry: \d+\n/, '').replaceAll(/^:\n\n/gm, '')).toBe(
      'event: next\ndata: {"data":{"ticket":{"place":50}}}\n\n' +
        'event: next\ndata: {"data":{"ticket":{"place":49}}}\n\n' +
        'event: complete\ndata:\n\n',
    );
  });

  it('are what graphql-sse understands', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const client = createClient({ url: host.url, headers: { authorization: 'mina' } });
    later(() => client.dispose());
    const results = client.iterate({ query: place });
    expect((await results.next()).value).toEqual({ data: { ticket: { place: 50 } } });
    host.feeds.ticket.say(at(49));
    expect((await results.next()).value).toEqual({ data: { ticket: { place: 49 } } });
    expect(host.feeds.ticket.seen).toMatchObject([{ authorization: 'mina' }]);
    await results.return!();
    await until(() => host.feeds.ticket.listeners === 0);
  });

  it('can be asked for by GET, with parameters in the address', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const query = 'subscription Place($id: ID!) { ticket(id: $id) { place } } query Other { line { id } }';
    const response = await get(host, { query, operationName: 'Place', variables: '{"id":"t2"}' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    await until(() => host.feeds.ticket.listeners === 1);
    expect(host.feeds.ticket.seen).toMatchObject([{ args: { id: 't2' } }]);
    await response.body?.cancel();
    await until(() => host.feeds.ticket.listeners === 0);
  });

  it('take queries and mutations too, but no mutation by GET, because a link must not change anything', async () => {
    const host = await startHost();
    const mutation = 'mutation { enter { id } }';
    const answer = await (await post(host, { query: mutation })).text();
    expect(answer).toContain(`data: {"data":{"executed":"${mutation}"}}`);
    expect(answer.endsWith('event: complete\ndata:\n\n')).toBe(true);
    expect((await get(host, { query: mutation })).status).toBe(405);
  });

  it.each([
    ['no query', {}, 400],
    ['a query that is not valid', { query: 'subscription {' }, 400],
    ['a field that does not exist', { query: 'subscription { nothing }' }, 400],
    ['variables that are none', { query: place, variables: 'x' }, 400],
  ])('are refused for %s', async (_what, body, status) => {
    const host = await startHost();
    const response = await post(host, body);
    expect(response.status).toBe(status);
    const { errors } = (await response.json()) as { errors: unknown[] };
    expect(errors.length).toBe(1);
  });

  it('are refused to clients with an invalid token, and beyond the limits', async () => {
    const host = await startHost({ mostConnections: 1 });
    expect((await post(host, { query: place }, { authorization: 'forged' })).status).toBe(401);
    const open = await post(host, { query: place }, { authorization: 'mina' });
    expect((await post(host, { query: place }, { authorization: 'mina' })).status).toBe(429);
    await open.body?.cancel();
    await until(() => host.feeds.ticket.listeners === 0);
    const again = await post(host, { query: place }, { authorization: 'mina' });
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  it('end with an error when the subgraph refuses, and when the token ends', async () => {
    const refuse = () => new GraphQLError('no', { extensions: { code: 'FORBIDDEN' } });
    const refusing = await startHost({ subgraphs: { refuse } });
    const refused = await (await post(refusing, { query: place })).text();
    expect(refused).toContain(
      'data: {"errors":[{"message":"no","extensions":{"code":"FORBIDDEN","serviceName":"queue"}}]}',
    );
    expect(refused.endsWith('event: complete\ndata:\n\n')).toBe(true);

    const host = await startHost();
    const ends = await post(host, { query: place }, { authorization: `mina ${Date.now() + 300}` });
    const last = await within(5_000, ends.text());
    expect(last).toContain('"code":"UNAUTHENTICATED"');
    expect(last.endsWith('event: complete\ndata:\n\n')).toBe(true);
  });

  it('skip to the latest for a client that is slow', async () => {
    const host = await startHost();
    const line = (n: number) => [{ ...at(n), name: 'x'.repeat(50_000) }];
    host.feeds.line.state = line(0);
    const query = 'subscription { line { place name } }';
    const quick = host.subscribe(query, { token: 'quick' });
    await quick.take();
    const slow = request(host.url, { method: 'POST', headers: stream });
    slow.end(JSON.stringify({ query }));
    const response = await new Promise<NodeJS.ReadableStream>((resolve) => slow.on('response', resolve));
    response.pause();
    later(() => slow.destroy());
    for (let n = 1; n <= 400; n++) {
      host.feeds.line.say(line(n));
      await quick.take();
    }
    host.feeds.line.end();
    const places = [...(await within(20_000, text(response as never))).matchAll(/"place":(\d+)/g)].map(
      ([, n]) => Number(n),
    );
    expect(places.at(-1)).toBe(400);
    expect(places.length).toBeLessThan(300);
  }, 60_000);

  it('break off, without a complete, when the server shuts down, so that the client comes back', async () => {
    const host = await startHost();
    host.feeds.ticket.state = at(50);
    const response = await post(host, { query: place });
    await until(() => host.feeds.ticket.listeners === 1);
    await host.drain(0);
    const all = await response.text();
    expect(all).toMatch(/^retry: \d+\n/);
    expect(all).not.toContain('complete');
    expect((await post(host, { query: place })).status).toBe(503);
  });
});
