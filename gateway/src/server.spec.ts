import { accessToken, startGatewayUnderTest, startSubgraph, stopAll } from './testing/stand.ts';

afterEach(stopAll);

describe('the public endpoint', () => {
  it('is ready whatever the state of the subgraphs', async () => {
    const gateway = await startGatewayUnderTest({});
    for (const path of ['/healthz', '/readyz']) {
      expect((await fetch(new URL(path, gateway.url))).status).toBe(200);
    }
  });

  it('answers what runs before it shuts down, and says that it is not ready', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const answer = gateway.query('{ slow(ms: 300) }');
    await gateway.query('{ trace }');
    const stopped = gateway.stop();
    expect((await answer).body).toEqual({ data: { slow: 'at last' } });
    await stopped;
    await expect(fetch(gateway.url)).rejects.toThrow();
  });

  it('lets nobody cache an answer', async () => {
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const { headers } = await gateway.query('mutation { rename(name: "Mina") { name } }');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('refuses what a foreign page can send without asking the browser', async () => {
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

  it('are let in by nothing but the setting', async () => {
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
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    const other = await preflight(gateway.url, 'https://evil.example');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const answer = await gateway.query('{ me { role } }', {
      headers: { origin: 'https://shop.example', authorization: `Bearer ${await accessToken()}` },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.body.data).toEqual({ me: { role: 'FAN' } });
  });
});
