import { createRemoteJWKSet, jwksCache } from 'jose';
import type { ExportedJWKSCache, JWTVerifyGetKey } from 'jose';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { transaction } from './database.ts';

/** The table behind `openKeySet`. */
export class CreateKnownKeySets1760000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS known_key_sets (
        url_hash   BINARY(32) NOT NULL PRIMARY KEY,
        key_set    TEXT NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_key_sets');
  }
}

/**
 * The public keys that another service publishes (JWKS, RFC 7517). The last ones seen are kept in the own database,
 * so that this service can start and verify tokens while the other one is down.
 */
export async function openKeySet(database: DataSource, url: string): Promise<JWTVerifyGetKey> {
  const [row] = await transaction(
    database,
    (manager) =>
      manager.query<{ key_set: string }[]>(
        'SELECT key_set FROM known_key_sets WHERE url_hash = UNHEX(SHA2(?, 256))',
        [url],
      ),
    { retryForMs: Infinity },
  );
  const cache: Partial<ExportedJWKSCache> =
    row === undefined ? {} : (JSON.parse(row.key_set) as ExportedJWKSCache);
  let kept = cache.uat;
  const keys = remoteKeySet(url, cache);
  return async (header, token) => {
    const key = await keys(header, token);
    if (cache.uat !== kept) {
      kept = cache.uat;
      // The token is valid even when this fails; the next fetch tries again.
      await keep(database, url, cache).catch(() => undefined);
    }
    return key;
  };
}

const keep = (database: DataSource, url: string, cache: object) =>
  database.query('REPLACE INTO known_key_sets (url_hash, key_set) VALUES (UNHEX(SHA2(?, 256)), ?)', [
    url,
    JSON.stringify(cache),
  ]);

/** How often keys are fetched while they are used, in ms. New ones are published for longer than that before they sign. */
const lookAgainMs = 60_000;

/**
 * Keys are fetched at the first use, again when a token names an unknown key (at most every 30 s), and once a minute besides, so
 * that a key which is no longer published is not trusted for long. Nobody waits for this, and known keys stay valid when it
 * fails, so it does no harm when the publisher is down.
 */
export function remoteKeySet(url: string, cache: Partial<ExportedJWKSCache> = {}): JWTVerifyGetKey {
  const options = { cacheMaxAge: Infinity, [jwksCache]: cache as ExportedJWKSCache };
  const keys = createRemoteJWKSet(new URL(url), options);
  let triedAt = -Infinity;
  return async (header, token) => {
    const now = Date.now();
    if (cache.uat !== undefined && now - Math.max(cache.uat, triedAt) >= lookAgainMs) {
      triedAt = now;
      keys.reload().catch(() => undefined);
    }
    return keys(header, token);
  };
}
