import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { keys, startGatewayUnderTest, stopAll } from './testing/stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'frontrow-storefront-'));
const script = '/assets/main-1a2b3c.js';
beforeAll(() => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Frontrow</title>');
  writeFileSync(join(folder, 'operate.html'), '<!doctype html><title>The console</title>');
  writeFileSync(join(folder, 'door.html'), '<!doctype html><title>The door</title>');
  writeFileSync(join(folder, script), 'console.log("plain")');
  writeFileSync(join(folder, `${script}.br`), brotliCompressSync('console.log("compressed")'));
  writeFileSync(join(folder, '.made-of'), 'nothing for visitors');
});
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true }));

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function startWithStorefront(storefront: string | undefined = folder) {
  const { url } = await startGatewayUnderTest({}, keys, undefined, { storefront });
  return (path: string, init: RequestInit = {}) => fetch(new URL(path, url), init);
}

describe('the web client', () => {
  it('is shown at every address of its pages, and revalidated each time', async () => {
    const get = await startWithStorefront();
    for (const path of ['/', '/concerts/0194', '/tickets?from=mail']) {
      const response = await get(path, { headers: browser });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(await response.text()).toContain('Frontrow');
    }
  });

  it('has a page of its own for operators, and other addresses stay the fans’', async () => {
    const get = await startWithStorefront();
    for (const path of ['/operate', '/operate/', '/operate/sales/0194']) {
      const response = await get(path, { headers: browser });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await response.text()).toContain('The console');
    }
    const other = await get('/operated', { headers: browser });
    expect(await other.text()).toContain('Frontrow');
  });

  it('has a page of its own for the door, and only that one may use the camera', async () => {
    const get = await startWithStorefront();
    const door = await get('/door', { headers: browser });
    expect(await door.text()).toContain('The door');
    expect(door.headers.get('permissions-policy')).toContain('camera=(self)');
    expect((await get('/', { headers: browser })).headers.get('permissions-policy')).toContain('camera=()');
    expect(await (await get('/doors', { headers: browser })).text()).toContain('Frontrow');
  });

  it('runs nothing inline, loads nothing from elsewhere and cannot be framed', async () => {
    const get = await startWithStorefront();
    for (const path of ['/', script]) {
      const { headers } = await get(path, { headers: browser });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('has files that may be cached for good, compressed beforehand', async () => {
    const get = await startWithStorefront();
    const response = await get(script, { headers: { 'accept-encoding': 'br' } });
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(await response.text()).toContain('compressed');
    const plain = await get(script, { headers: { 'accept-encoding': 'identity' } });
    expect(await plain.text()).toContain('plain');
  });

  it('is revalidated by its tag', async () => {
    const get = await startWithStorefront();
    const etag = (await get('/', { headers: browser })).headers.get('etag') ?? '';
    expect((await get('/', { headers: { ...browser, 'if-none-match': etag } })).status).toBe(304);
  });

  it('has no page for other addresses, and serves none of the files that start with a dot', async () => {
    const get = await startWithStorefront();
    expect((await get('/assets/gone-9f9f9f.js', { headers: browser })).status).toBe(404);
    expect((await get('/concerts/0194')).status).toBe(404);
    for (const accept of ['application/json, text/html;q=0', 'application/json, text/html;q=0.5', '*/*'])
      expect((await get('/concerts/0194', { headers: { accept } })).status).toBe(404);
    expect((await get('/.made-of')).status).toBe(404);
    expect((await get('/%2e%2e/%2e%2e/package.json')).status).toBe(404);
    expect((await get('/', { method: 'POST', headers: browser })).status).toBe(404);
  });

  it('answers an address that cannot be read without a page of the server’s own, and without a stack', async () => {
    const get = await startWithStorefront();
    const response = await get('/%ff', { headers: browser });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [{ message: 'The request could not be read.', extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('leaves the API and the health checks where they are', async () => {
    const get = await startWithStorefront();
    const api = await get('/graphql', { headers: browser });
    expect(api.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(await (await get('/healthz', { headers: browser })).json()).toEqual({ status: 'alive' });
    expect((await get('/readyz', { headers: browser })).status).toBe(200);
  });

  it('is missing if it was not built', async () => {
    const get = await startWithStorefront(join(folder, 'assets'));
    expect((await get('/', { headers: browser })).status).toBe(404);
  });
});
