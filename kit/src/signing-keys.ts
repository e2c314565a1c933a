import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { transaction } from './database.ts';

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

/** Signs JWTs with EdDSA (Ed25519); `jwks` is what the service publishes for those who verify them. */
export interface SigningKeys {
  readonly jwks: { readonly keys: JWK[] };
  sign(payload: JWTPayload): Promise<string>;
}

/** The service's key pair, made at its first start and kept in its database, the same for all replicas. */
export async function openSigningKeys(database: DataSource, purpose: string): Promise<SigningKeys> {
  // Of replicas that start at the same moment one inserts its key; all read what was kept.
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const newJwk = JSON.stringify(await exportJWK(privateKey));
  const [row] = await transaction(
    database,
    async (manager) => {
      await manager.query(
        'INSERT IGNORE INTO signing_keys (purpose, private_jwk, created_at) VALUES (?, ?, ?)',
        [purpose, newJwk, new Date()],
      );
      return manager.query<{ private_jwk: string }[]>(
        'SELECT private_jwk FROM signing_keys WHERE purpose = ?',
        [purpose],
      );
    },
    { retryForMs: Infinity },
  );
  if (row === undefined) throw new Error(`the signing key for ${purpose} was not kept`);
  const { d, ...publicJwk } = JSON.parse(row.private_jwk) as JWK;
  const kid = await calculateJwkThumbprint(publicJwk);
  const key = (await importJWK({ ...publicJwk, d }, 'EdDSA')) as CryptoKey;
  return {
    jwks: { keys: [{ ...publicJwk, kid, alg: 'EdDSA', use: 'sig' }] },
    sign: (payload) => new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key),
  };
}
