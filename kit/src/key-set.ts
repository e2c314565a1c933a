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
      // The token is as good when this fails; the next fetch tries again.
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

/**
 * Keys are fetched at the first use and again when an unknown one is met (at most every 30 s), never because of
 * their age: a publisher that is down costs nothing.
 */
export const remoteKeySet = (url: string, cache: Partial<ExportedJWKSCache> = {}): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(url), { cacheMaxAge: Infinity, [jwksCache]: cache as ExportedJWKSCache });
