import { jest } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { DataSource } from 'typeorm';
import { openDatabase } from './database.ts';
import { createLogger } from './log.ts';
import { CreateSigningKeys1760000000004, openSigningKeys } from './signing-keys.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';

const migrations = [CreateSigningKeys1760000000004];
let own: TestDatabase;
let other: DataSource;
beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations });
  const log = createLogger('test', 'silent');
  other = await openDatabase({ url: own.url, connections: 5, entities: [], migrations, log });
});
afterAll(async () => {
  await other.destroy();
  await own.drop();
});

describe('signing keys', () => {
  it('are the same for all replicas, also for those that start at the same moment', async () => {
    const opened = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        openSigningKeys(i % 2 === 0 ? own.database : other, 'access-tokens'),
      ),
    );
    for (const { jwks } of opened) expect(jwks).toEqual(opened[0]!.jwks);
    const token = await opened[0]!.sign({ sub: 'fan' });
    const { payload } = await jwtVerify(token, createLocalJWKSet(opened[9]!.jwks));
    expect(payload.sub).toBe('fan');
  });

  it('are opened although the connection has just been lost', async () => {
    jest.spyOn(other, 'createQueryRunner').mockImplementationOnce(() => {
      throw Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
    });
    const { jwks } = await openSigningKeys(own.database, 'access-tokens');
    expect((await openSigningKeys(other, 'access-tokens')).jwks).toEqual(jwks);
    jest.restoreAllMocks();
  });

  it('are published without what is private', async () => {
    const { jwks } = await openSigningKeys(own.database, 'access-tokens');
    expect(Object.keys(jwks.keys[0]!).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  it('differ from purpose to purpose', async () => {
    const passes = await openSigningKeys(own.database, 'passes');
    const tokens = await openSigningKeys(own.database, 'access-tokens');
    await expect(jwtVerify(await passes.sign({}), createLocalJWKSet(tokens.jwks))).rejects.toThrow(
      /no applicable key/,
    );
  });
});
