import { jest } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { EntityManager } from 'typeorm';
import type { DataSource } from 'typeorm';
import { openDatabase, silentDatabases } from './database.ts';
import { createLogger } from './log.ts';
import {
  CreateNextSigningKeys1760000000021,
  CreateSigningKeys1760000000004,
  openSigningKeys,
  replaceSigningKeys,
  rotateSigningKeys,
} from './signing-keys.ts';
import type { KeyPurpose, SigningKeys } from './signing-keys.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';

const migrations = [CreateSigningKeys1760000000004, CreateNextSigningKeys1760000000021];
const minute = 60_000;
const accessTokens: KeyPurpose = { name: 'access-tokens', tokensLiveMs: 15 * minute };
let own: TestDatabase;
let other: DataSource;
beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations });
  const log = createLogger('test', 'silent');
  other = await openDatabase({ url: own.url, connections: 5, entities: [], migrations, log });
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await other.destroy();
  await own.drop();
});

/** Lets the clock of this process be so much later. */
function wait(ms: number): void {
  const [now, elapsed] = [Date.now() + ms, performance.now() + ms];
  jest.spyOn(Date, 'now').mockReturnValue(now);
  jest.spyOn(performance, 'now').mockReturnValue(elapsed);
}
const published = async (keys: SigningKeys) => (await keys.jwks()) as JSONWebKeySet;
const verifiedBy = async (keys: SigningKeys, token: string) =>
  (await jwtVerify(token, createLocalJWKSet(await published(keys)))).protectedHeader.kid;

describe('signing keys', () => {
  it('are the same for all replicas, also for those that start at the same moment', async () => {
    const opened = await Promise.all(
      Array.from({ length: 10 }, (_, i) => openSigningKeys(i % 2 === 0 ? own.database : other, accessTokens)),
    );
    for (const keys of opened) expect(await keys.jwks()).toEqual(await opened[0]!.jwks());
    const token = await opened[0]!.sign({ sub: 'fan' });
    const { payload } = await jwtVerify(token, opened[9]!.verifying);
    expect(payload.sub).toBe('fan');
  });

  it('are opened although the connection has just been lost', async () => {
    const connect = other.createQueryRunner.bind(other);
    const lost = Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
    const connecting = jest.spyOn(other, 'createQueryRunner');
    // A process that starts waits also for a database that requests have given up.
    silentDatabases.add(other);
    for (const isLost of [true, false, true, true, false]) {
      connecting.mockImplementationOnce((mode) => {
        if (isLost) throw lost;
        return connect(mode);
      });
    }
    const keys = await openSigningKeys(other, accessTokens);
    silentDatabases.delete(other);
    expect(connecting).toHaveBeenCalledTimes(5);
    expect(await (await openSigningKeys(other, accessTokens)).jwks()).toEqual(await keys.jwks());
  });

  it('are published without what is private', async () => {
    const { keys } = await published(await openSigningKeys(own.database, accessTokens));
    expect(Object.keys(keys[0]!).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  it('differ from purpose to purpose', async () => {
    const passes = await openSigningKeys(own.database, { ...accessTokens, name: 'passes' });
    const tokens = await openSigningKeys(own.database, accessTokens);
    await expect(jwtVerify(await passes.sign({}), tokens.verifying)).rejects.toThrow(/no applicable key/);
  });

  it('sign bytes, too, for whoever has what is published', async () => {
    const keys = await openSigningKeys(own.database, { ...accessTokens, name: 'bytes' });
    const [{ kty, crv, x } = {}] = (await published(keys)).keys;
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x }, 'Ed25519', false, ['verify']);
    const said = Buffer.from('a ticket');
    const signature = await keys.signBytes(said);
    expect(signature).toHaveLength(64);
    expect(await crypto.subtle.verify('Ed25519', key, Buffer.from(signature), said)).toBe(true);
    expect(await crypto.subtle.verify('Ed25519', key, Buffer.from(signature), Buffer.from('another'))).toBe(
      false,
    );
  });
});

describe('a rotation', () => {
  const purpose: KeyPurpose = { name: 'rotated', tokensLiveMs: 15 * minute };

  it('publishes the new key before it signs, and the old one until what it signed has expired', async () => {
    const [one, replica] = [
      await openSigningKeys(own.database, purpose),
      await openSigningKeys(other, purpose),
    ];
    const old = await one.sign({ exp: Date.now() });
    const oldKid = await verifiedBy(one, old);
    const rotation = await rotateSigningKeys(other, purpose, new Date());

    wait(10_001);
    expect((await published(one)).keys).toHaveLength(2);
    expect(await verifiedBy(replica, await one.sign({}))).toBe(oldKid);

    wait(2 * minute);
    const renewed = await one.sign({});
    const newKid = await verifiedBy(replica, renewed);
    expect(newKid).not.toBe(oldKid);
    expect(await verifiedBy(replica, old)).toBe(oldKid);
    await jwtVerify(old, replica.verifying);

    wait(15 * minute);
    expect(await verifiedBy(replica, old)).toBe(oldKid);

    wait(6 * minute);
    expect(rotation!.endsAt.getTime()).toBeLessThan(Date.now());
    for (const keys of [one, replica]) {
      expect((await published(keys)).keys.map(({ kid }) => kid)).toEqual([newKid]);
      await expect(jwtVerify(old, keys.verifying)).rejects.toThrow(/no applicable key/);
    }
    await jwtVerify(renewed, (await openSigningKeys(other, purpose)).verifying);
    const left = await own.database.query<{ purpose: string }[]>('SELECT purpose FROM next_signing_keys');
    expect(left).toEqual([]);
  });

  it('is one at a time, whoever else begins one at the same moment', async () => {
    const twice: KeyPurpose = { ...purpose, name: 'rotated-twice' };
    const keys = await openSigningKeys(own.database, twice);
    const rotations = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        rotateSigningKeys(i % 2 === 0 ? own.database : other, twice, new Date()),
      ),
    );
    expect(rotations.filter((rotation) => rotation !== null)).toHaveLength(1);
    wait(30 * minute);
    expect(await rotateSigningKeys(own.database, twice, new Date(Date.now()))).not.toBeNull();
    expect((await published(keys)).keys).toHaveLength(2);
  });

  it('needs a service that has been started', async () => {
    const unknown: KeyPurpose = { ...purpose, name: 'unknown' };
    await expect(rotateSigningKeys(own.database, unknown, new Date())).rejects.toThrow(/start the service/);
  });

  it('is not missed by a replica that was away: it publishes what it knows, and signs nothing', async () => {
    const away: KeyPurpose = { ...purpose, name: 'away' };
    const keys = await openSigningKeys(other, away);
    const transaction = jest.spyOn(other, 'transaction').mockRejectedValue(new Error('it is away'));
    wait(30_000);
    await keys.sign({});
    wait(31_000);
    expect((await published(keys)).keys).toHaveLength(1);
    await expect(keys.sign({})).rejects.toMatchObject({ extensions: { code: 'SERVICE_UNAVAILABLE' } });
    transaction.mockRestore();
    wait(10_001);
    await keys.sign({});
  });
});

describe('a key that somebody else has', () => {
  const leaked: KeyPurpose = { name: 'leaked', tokensLiveMs: 15 * minute };

  it('is replaced at once, with one that was about to take over: nothing that either signed is believed', async () => {
    const keys = await openSigningKeys(own.database, leaked);
    const old = await keys.sign({});
    await rotateSigningKeys(other, leaked, new Date());
    wait(3 * minute);
    const renewed = await keys.sign({});
    expect(await verifiedBy(keys, renewed)).not.toBe(await verifiedBy(keys, old));

    await replaceSigningKeys(other, leaked, new Date(Date.now()));
    wait(10_001);
    expect((await published(keys)).keys).toHaveLength(1);
    for (const token of [old, renewed])
      await expect(jwtVerify(token, keys.verifying)).rejects.toThrow(/no applicable key/);
    await jwtVerify(await keys.sign({}), keys.verifying);
  });

  it('does not come back by a replica that was just about to end a rotation', async () => {
    const late: KeyPurpose = { ...leaked, name: 'late' };
    await openSigningKeys(own.database, late);
    await rotateSigningKeys(other, late, new Date());
    const known = (await published(await openSigningKeys(other, late))).keys.map(({ kid }) => kid);
    expect(known).toHaveLength(2);
    const query = EntityManager.prototype.query;
    let isReplaced = false;
    jest.spyOn(EntityManager.prototype, 'query').mockImplementation(async function (
      this: EntityManager,
      sql: string,
      parameters?: unknown,
    ) {
      // A replica has read both keys, and is about to store the next one as the present one.
      if (sql.startsWith('UPDATE signing_keys') && !isReplaced) {
        isReplaced = true;
        await replaceSigningKeys(own.database, late, new Date(Date.now()));
      }
      return query.call(this, sql, parameters as unknown[]);
    });
    wait(30 * minute);
    await openSigningKeys(other, late);
    expect(isReplaced).toBe(true);
    const { keys } = await published(await openSigningKeys(own.database, late));
    expect(keys).toHaveLength(1);
    expect(known).not.toContain(keys[0]?.kid);
  });
});
