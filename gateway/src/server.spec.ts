import { accessToken, startGatewayUnderTest, startSubgraph, stopAll } from './testing/stand.ts';

afterEach(stopAll);

describe('the public endpoint', () => {
  it('is ready whatever the state of the subgraphs', async () => {
    const gateway = await startGatewayUnderTest({});
    for (const path of ['/healthz', '/readyz']) {
      expect((await fetch(new URL(path, gateway.url))).status).toBe(200);
    }
  });

  it('answers requests in progress before it shuts down, and says that it is not ready', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const answer = gateway.query('{ slow(ms: 300) }');
    await gateway.query('{ trace }');
    const stopped = gateway.stop();
    expect((await answer).body).toEqual({ data: { slow: 'at last' } });
    await stopped;
    await expect(fetch(gateway.url)).rejects.toThrow();
  });

  it('forbids caching of answers', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const { headers } = await gateway.query('mutation { rename(name: "Mina") { name } }');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('refuses what a page of another origin can send without the browser’s permission', async () => {
    const gateway = await startGatewayUnderTest({});
    const query = 'mutation { rename(name: "Eve") { name } }';
    const form = await gateway.post(JSON.stringify({ query }), { 'content-type': 'text/plain' });
    expect(form.status).toBe(400);
    expect(form.body.errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
    const link = await fetch(`${gateway.url}?query=${encodeURIComponent('{ trace }')}`);
    expect(link.status).toBe(400);
    const headers = { 'apollo-require-preflight': '1' };
    const get = await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers });
    expect(get.status).toBe(405);
  });

  it('refuses a subscription by plain HTTP', async () => {
    const gateway = await startGatewayUnderTest({});
    const { status, body } = await gateway.query('subscription { ticketMoves(id: "t1") { id } }', {
      headers: { accept: 'application/json' },
    });
    expect(status).toBe(400);
    expect(body.errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });
});

describe('web pages of other origins', () => {
  const preflight = (url: string, origin: string) =>
    fetch(url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('are admitted by nothing but the setting', async () => {
    const gateway = await startGatewayUnderTest({});
    const { headers } = await preflight(gateway.url, 'https://shop.example');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('that it names may call with a token', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({
      USERS_URL: users.url,
      CORS_ORIGINS: 'https://shop.example',
    });
    const { status, headers } = await preflight(gateway.url, 'https://shop.example');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    const allowed = headers.get('access-control-allow-headers')?.split(', ');
    for (const header of [
      'authorization',
      'content-type',
      'apollographql-client-name',
      'apollographql-client-version',
      'x-apollo-operation-name',
      'baggage',
      'traceparent',
      'tracestate',
      'sentry-trace',
    ]) {
      expect(allowed).toContain(header);
    }
    const other = await preflight(gateway.url, 'https://evil.example');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const answer = await gateway.query('{ me { role } }', {
      headers: { origin: 'https://shop.example', authorization: `Bearer ${await accessToken()}` },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.body.data).toEqual({ me: { role: 'FAN' } });
  });
});

describe('a request that Apollo Server never sees', () => {
  const form = { accept: 'application/graphql-response+json, text/event-stream' };
  const json = { 'content-type': 'application/json' };
  const forms = 'The body must be JSON in UTF-8, as it is or as gzip, deflate or br.';
  it.each([
    [
      'too large',
      413,
      json,
      `{"query":"${'x'.repeat(300_000)}"}`,
      'The body of the request is over 262144 bytes.',
    ],
    ['not JSON', 400, json, '{', 'The body of the request is not valid JSON.'],
    [
      'not UTF-8',
      400,
      json,
      Buffer.from('7b227175657279223a22ff227d', 'hex'),
      'The body of the request is not UTF-8.',
    ],
    [
      'in another charset',
      415,
      { 'content-type': 'application/json; charset=utf-16' },
      '{}',
      'The body of a request must be UTF-8.',
    ],
    ['in an unknown charset', 415, { 'content-type': 'application/json; charset=x' }, '{}', forms],
    [
      'in another type',
      415,
      { 'content-type': 'application/graphql' },
      '{ trace }',
      'The body of a request must be application/json.',
    ],
    ['in an unknown encoding', 415, { ...json, 'content-encoding': 'compress' }, '{}', forms],
    [
      'in another encoding than it says',
      400,
      { ...json, 'content-encoding': 'gzip' },
      '{}',
      'The request could not be read.',
    ],
  ])(
    'because it is %s is answered with %i and a code, in the form that the client accepts',
    async (_what, status, headers, body, message) => {
      const gateway = await startGatewayUnderTest({});
      const response = await fetch(gateway.url, { method: 'POST', headers: { ...form, ...headers }, body });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
      expect(await response.json()).toEqual({
        errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }],
      });
    },
  );

  it('because there are too many is answered so too', async () => {
    const gateway = await startGatewayUnderTest({ REQUESTS_PER_MINUTE_PER_ADDRESS: '1' });
    await gateway.query('{ trace }');
    const { status, headers, body } = await gateway.query('{ trace }', { headers: form });
    expect(status).toBe(429);
    expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(body.errors[0].extensions).toEqual({ code: 'RATE_LIMITED' });
  });
});

describe('an answer', () => {
  it.each(['gzip', 'br'])('of more than 1 KB is compressed with %s, a small one is not', async (encoding) => {
    const gateway = await startGatewayUnderTest({});
    const ask = (query: string) => gateway.query(query, { headers: { 'accept-encoding': encoding } });
    const large = await ask('{ __schema { types { name fields { name description } } } }');
    expect(large.headers.get('content-encoding')).toBe(encoding);
    expect(large.headers.get('vary')).toContain('Accept-Encoding');
    expect(large.body.data.__schema.types.length).toBeGreaterThan(10);
    expect((await ask('{ __typename }')).headers.get('content-encoding')).toBeNull();
  });

  it('that is a stream of events is sent as it happens', async () => {
    const queue = await startSubgraph('queue');
    const gateway = await startGatewayUnderTest({ QUEUE_URL: queue.url });
    const query = encodeURIComponent('subscription { ticketMoves(id: "t1") { id } }');
    const response = await fetch(`${gateway.url}?query=${query}`, {
      headers: {
        accept: 'text/event-stream',
        'accept-encoding': 'gzip',
        authorization: `Bearer ${await accessToken()}`,
      },
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      if (part.includes('"ticketMoves"')) break;
    }
  });
});
