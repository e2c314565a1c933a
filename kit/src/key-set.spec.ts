import { jest } from '@jest/globals';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { CreateKnownKeySets1760000000005, openKeySet } from './key-set.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';

let own: TestDatabase;
let publisher: Server;
let url: string;
let published: JWK[];
let requests: number;
beforeEach(async () => {
  own = await freshDatabase({ entities: [], migrations: [CreateKnownKeySets1760000000005] });
  published = [];
  requests = 0;
  publisher = createServer((_request, response) => {
    requests++;
    response.end(JSON.stringify({ keys: published }));
  }).listen(0, '127.0.0.1');
  await once(publisher, 'listening');
  url = `http://127.0.0.1:${String((publisher.address() as AddressInfo).port)}/jwks.json`;
});
afterEach(async () => {
  publisher.close();
  publisher.closeAllConnections();
  await own.drop();
});

const publish = async (kid: string): Promise<CryptoKey> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  published.push({ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' });
  return privateKey;
};
const token = (kid: string, key: CryptoKey) =>
  new SignJWT({}).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
const goDown = async () => {
  publisher.close();
  publisher.closeAllConnections();
  await once(publisher, 'close');
};
const atATime = (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(ms);
afterEach(() => jest.restoreAllMocks());

describe('a key set', () => {
  it('is fetched at the first use, once', async () => {
    const key = await publish('k1');
    const keys = await openKeySet(own.database, url);
    expect(requests).toBe(0);
    const tokens = await Promise.all(Array.from({ length: 5 }, () => token('k1', key)));
    await Promise.all(tokens.map((each) => jwtVerify(each, keys)));
    expect(requests).toBe(1);
  });

  it('is remembered: a service that starts while the publisher is down can verify', async () => {
    const key = await publish('k1');
    await jwtVerify(await token('k1', key), await openKeySet(own.database, url));
    await goDown();
    const restarted = await openKeySet(own.database, url);
    await expect(jwtVerify(await token('k1', key), restarted)).resolves.toBeDefined();
    expect(requests).toBe(1);
  });

  it('does not grow old: a publisher that is down for a week costs nothing', async () => {
    const key = await publish('k1');
    const keys = await openKeySet(own.database, url);
    await jwtVerify(await token('k1', key), keys);
    await goDown();
    atATime(Date.now() + 7 * 24 * 3_600_000);
    await expect(jwtVerify(await token('k1', key), keys)).resolves.toBeDefined();
  });

  it('forgets a key that is not published any more, a minute later', async () => {
    const key = await publish('k1');
    const keys = await openKeySet(own.database, url);
    await jwtVerify(await token('k1', key), keys);
    published = [];
    const successor = await publish('k2');
    await jwtVerify(await token('k1', key), keys);
    expect(requests).toBe(1);
    atATime(Date.now() + 61_000);
    // Nobody waits for it: the first one to come sees to it that the next one knows.
    await jwtVerify(await token('k1', key), keys);
    await jwtVerify(await token('k2', successor), keys);
    expect(requests).toBe(2);
    await expect(jwtVerify(await token('k1', key), keys)).rejects.toThrow(/no applicable key/);
  });

  it('is fetched again when an unknown key is met, and remembered again; every 30 s at the most', async () => {
    const first = await publish('k1');
    const keys = await openKeySet(own.database, url);
    await jwtVerify(await token('k1', first), keys);
    const second = await publish('k2');
    await expect(jwtVerify(await token('k2', second), keys)).rejects.toThrow(/no applicable key/);
    expect(requests).toBe(1);
    atATime(Date.now() + 31_000);
    await expect(jwtVerify(await token('k2', second), keys)).resolves.toBeDefined();
    expect(requests).toBe(2);
    await goDown();
    const restarted = await openKeySet(own.database, url);
    await expect(jwtVerify(await token('k2', second), restarted)).resolves.toBeDefined();
  });

  it('is opened although the connection has just been lost', async () => {
    jest.spyOn(own.database, 'createQueryRunner').mockImplementationOnce(() => {
      throw Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
    });
    const key = await publish('k1');
    const keys = await openKeySet(own.database, url);
    await expect(jwtVerify(await token('k1', key), keys)).resolves.toBeDefined();
  });

  it('serves also while it cannot be remembered', async () => {
    const key = await publish('k1');
    const keys = await openKeySet(own.database, url);
    await own.database.query('DROP TABLE known_key_sets');
    await expect(jwtVerify(await token('k1', key), keys)).resolves.toBeDefined();
  });
});
