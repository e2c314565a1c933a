import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
} from 'jose';
import type { CryptoKey, JWK, JWTPayload, JWTVerifyGetKey } from 'jose';
import type { DataSource, EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { isDuplicate, transaction } from './database.ts';
import type { RetryOptions } from './database.ts';
import { serviceUnavailable } from './errors.ts';
import { insertMissingRows } from './many-rows.ts';

/** The table behind `openSigningKeys`. */
export class CreateSigningKeys1760000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS signing_keys (
        purpose     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        private_jwk TEXT NOT NULL,
        created_at  DATETIME(3) NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE signing_keys');
  }
}

/** The table behind `rotateSigningKeys`: the key that takes over next. */
export class CreateNextSigningKeys1760000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS next_signing_keys (
        purpose     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        private_jwk TEXT NOT NULL,
        created_at  DATETIME(3) NOT NULL,
        signs_from  DATETIME(3) NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE next_signing_keys');
  }
}

/** The purpose of keys, and the longest time, in ms, for which what they sign is valid. */
export interface KeyPurpose {
  readonly name: string;
  readonly tokensLiveMs: number;
}

/** Signs with EdDSA (Ed25519): JWTs, or whatever bytes. */
export interface SigningKeys {
  /** The keys that the service publishes for verifiers: those that sign or will sign, and those whose signatures may still be valid. */
  jwks(): Promise<PublicKeys>;
  /** Verifies what this service has signed. */
  readonly verifying: JWTVerifyGetKey;
  /** @throws SERVICE_UNAVAILABLE when the database has not told for a while which key to use */
  sign(payload: JWTPayload): Promise<string>;
  /**
   * The signature (RFC 8032), 64 bytes. Keys of a purpose sign either bytes or JWTs, so that one is never taken for the other.
   * @throws as `sign`
   */
  signBytes(bytes: Uint8Array): Promise<Uint8Array>;
}

interface PublicKeys {
  readonly keys: JWK[];
}

/** How long a new key is published before it signs, in ms, so that every verifier has it by then. */
const publishedAheadMs = 2 * 60_000;
/** How long an old key is published after its last signature has expired, in ms, because clocks differ. */
const keptLongerMs = 5 * 60_000;
/** How often replicas look whether the keys have changed, in ms, while they use them; and how long they may go without. */
const lookAgainMs = 10_000;
const blindForMs = 60_000;

/**
 * The service's keys, the same for all replicas and kept in its database. The first start makes the first key.
 * @param options.lookAgainMs Infinity never looks for rotated keys
 */
export async function openSigningKeys(
  database: DataSource,
  purpose: KeyPurpose,
  options: { readonly lookAgainMs?: number } = {},
): Promise<SigningKeys> {
  // When replicas start at the same moment, one inserts its key, and all read the one that was stored.
  const newJwk = await newPrivateJwk();
  await transaction(
    database,
    (manager) =>
      insertMissingRows(manager, 'signing_keys', [
        { purpose: purpose.name, private_jwk: newJwk, created_at: new Date() },
      ]),
    { retryForMs: Infinity },
  );
  const load = (patience?: RetryOptions) =>
    transaction(database, (manager) => readKeys(manager, purpose, new Date(Date.now())), patience);
  const kept = new KeptKeys(load, await load({ retryForMs: Infinity }), options.lookAgainMs ?? lookAgainMs);
  return {
    jwks: async () => (await kept.latest()).jwks,
    verifying: async (header, token) => (await kept.latest()).verifying(header, token),
    sign: async (payload) => {
      const { kid, key } = signingNow(await kept.recent());
      return new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
    },
    signBytes: async (bytes) => {
      const { key } = signingNow(await kept.recent());
      return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes));
    },
  };
}

/**
 * Makes a new key, which will sign in two minutes. The present key stays published until everything that it signed has expired,
 * so nobody notices.
 * @returns when the new key signs, and when nothing of the old one is left; null when an earlier rotation is in progress
 */
export async function rotateSigningKeys(
  database: DataSource,
  purpose: KeyPurpose,
  now: Date,
): Promise<{ signsFrom: Date; endsAt: Date } | null> {
  const jwk = await newPrivateJwk();
  const signsFrom = new Date(now.getTime() + publishedAheadMs);
  return transaction(database, async (manager) => {
    const keys = await readKeys(manager, purpose, now);
    if (keys.next !== undefined) return null;
    try {
      await manager.query(
        'INSERT INTO next_signing_keys (purpose, private_jwk, created_at, signs_from) VALUES (?, ?, ?, ?)',
        [purpose.name, jwk, now, signsFrom],
      );
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
    return { signsFrom, endsAt: rotationEnd(signsFrom, purpose) };
  });
}

/**
 * Makes a new key that signs from now on, and forgets the present one and any that is about to take over. This is for a
 * private key that somebody else knows. Whatever the old key signed is void as soon as verifiers have fetched the keys again.
 */
export async function replaceSigningKeys(
  database: DataSource,
  purpose: KeyPurpose,
  now: Date,
): Promise<void> {
  const jwk = await newPrivateJwk();
  await transaction(database, async (manager) => {
    await readKeys(manager, purpose, now);
    await manager.query('UPDATE signing_keys SET private_jwk = ?, created_at = ? WHERE purpose = ?', [
      ...[jwk, now, purpose.name],
    ]);
    await manager.query('DELETE FROM next_signing_keys WHERE purpose = ?', [purpose.name]);
  });
}

const signingNow = ({ current, next }: Keys): Key =>
  next !== undefined && next.signsFrom.getTime() <= Date.now() ? next : current;

const rotationEnd = (signsFrom: Date, { tokensLiveMs }: KeyPurpose) =>
  new Date(signsFrom.getTime() + tokensLiveMs + keptLongerMs);

async function newPrivateJwk(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

interface Key {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly publicJwk: JWK;
}

interface Keys {
  readonly current: Key;
  readonly next: (Key & { readonly signsFrom: Date }) | undefined;
  readonly jwks: PublicKeys;
  readonly verifying: JWTVerifyGetKey;
}

async function readKeys(manager: EntityManager, purpose: KeyPurpose, now: Date): Promise<Keys> {
  // The next key is read first: between the two reads it may take the place of the present one, and must be seen in either place.
  const [coming] = await manager.query<{ private_jwk: string; signs_from: Date }[]>(
    'SELECT private_jwk, signs_from FROM next_signing_keys WHERE purpose = ?',
    [purpose.name],
  );
  const [row] = await manager.query<{ private_jwk: string }[]>(
    'SELECT private_jwk FROM signing_keys WHERE purpose = ?',
    [purpose.name],
  );
  if (row === undefined)
    throw new Error(`there is no signing key for ${purpose.name}: start the service first`);
  if (coming === undefined) return keysOf(await read(row.private_jwk));
  const next = await read(coming.private_jwk);
  if (now < rotationEnd(coming.signs_from, purpose)) {
    return keysOf(await read(row.private_jwk), { ...next, signsFrom: coming.signs_from });
  }
  // Nothing that the old key signed is valid any more, so it is forgotten. Several replicas may do this at once. A late one must
  // not bring back a key that was replaced meanwhile.
  await manager.query(
    'UPDATE signing_keys SET private_jwk = ?, created_at = ? WHERE purpose = ? AND private_jwk = ?',
    [coming.private_jwk, now, purpose.name, row.private_jwk],
  );
  await manager.query('DELETE FROM next_signing_keys WHERE purpose = ? AND signs_from = ?', [
    purpose.name,
    coming.signs_from,
  ]);
  return keysOf(next);
}

async function read(privateJwk: string): Promise<Key> {
  const { d, ...publicJwk } = JSON.parse(privateJwk) as JWK;
  const kid = await calculateJwkThumbprint(publicJwk);
  const key = (await importJWK({ ...publicJwk, d }, 'EdDSA')) as CryptoKey;
  return { kid, key, publicJwk: { ...publicJwk, kid, alg: 'EdDSA', use: 'sig' } };
}

function keysOf(current: Key, next?: Keys['next']): Keys {
  const jwks = { keys: [current, ...(next === undefined ? [] : [next])].map(({ publicJwk }) => publicJwk) };
  return { current, next, jwks, verifying: createLocalJWKSet(jwks) };
}

/** What a replica knows about the keys. It looks again when it uses them and has not looked for a while. */
class KeptKeys {
  readonly #load: () => Promise<Keys>;
  readonly #lookAgainMs: number;
  #keys: Keys;
  #readAt = performance.now();
  #triedAt = performance.now();
  #reading: Promise<void> | undefined;

  constructor(load: () => Promise<Keys>, keys: Keys, lookAgainMs: number) {
    this.#load = load;
    this.#keys = keys;
    this.#lookAgainMs = lookAgainMs;
  }

  /** The newest keys that can be read; while the database is away, the known ones. */
  async latest(): Promise<Keys> {
    const now = performance.now();
    if (now - this.#triedAt >= this.#lookAgainMs) this.#reading ??= this.#read(now);
    await this.#reading;
    return this.#keys;
  }

  /** Keys that were read within the last minute: a replica that was away must not sign with a key that all others have forgotten. */
  async recent(): Promise<Keys> {
    const keys = await this.latest();
    const age = performance.now() - this.#readAt;
    if (age > Math.max(blindForMs, this.#lookAgainMs)) throw serviceUnavailable();
    return keys;
  }

  async #read(now: number): Promise<void> {
    this.#triedAt = now;
    try {
      this.#keys = await this.#load();
      this.#readAt = now;
    } catch {
      // A caller that needs newer keys recognises these by their age.
    } finally {
      this.#reading = undefined;
    }
  }
}
