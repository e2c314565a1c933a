import { createHash } from 'node:crypto';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { isDuplicate } from './database.ts';
import { refuse } from './refusal.ts';
import { checkToken } from './text.ts';

/** The table behind `claimKey`; a service that takes idempotency keys lists this among its migrations. */
export class CreateIdempotencyKeys1760000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS idempotency_keys (
        user_id     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        idem_key    VARBINARY(512) NOT NULL,
        fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        effect_id   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at  DATETIME(3) NOT NULL,
        PRIMARY KEY (user_id, idem_key)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys');
  }
}

export interface KeyedCall {
  readonly userId: string;
  readonly key: string;
  readonly operation: string;
  /** Everything that makes this call another one than that with the same key. */
  readonly args: unknown;
  readonly now: Date;
}

export const keyReused = () =>
  refuse('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used with other arguments before.');

/** @throws BAD_USER_INPUT unless the key has 1–128 characters, each of which UTF-8 tells from every other */
export const checkIdempotencyKey = (key: string): void => {
  checkToken('input.idempotencyKey', key, { min: 1, max: 128 });
};

/**
 * Claims the key for an effect, in the transaction that has the effect: they commit together or not at all. Call it
 * before anything else is locked: a second call with the same key waits here until the first has ended.
 * @returns 'claimed' when the effect is to happen now; what the key was used for before; or 'other-arguments'
 */
export async function claimKey(
  manager: EntityManager,
  call: KeyedCall,
  effectId: string,
): Promise<'claimed' | 'other-arguments' | { effectId: string }> {
  try {
    await manager.query(
      `INSERT INTO idempotency_keys (user_id, idem_key, fingerprint, effect_id, created_at) VALUES (?, ?, ?, ?, ?)`,
      [call.userId, call.key, fingerprint(call), effectId, call.now],
    );
    return 'claimed';
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const before = await effectOf(manager, call);
    if (before === 'nothing') throw error;
    return before;
  }
}

/** What the key was used for before; 'nothing' when it is new. Locks nothing. */
export async function effectOf(
  manager: EntityManager,
  call: KeyedCall,
): Promise<'nothing' | 'other-arguments' | { effectId: string }> {
  const [row] = await manager.query<{ fingerprint: string; effect_id: string }[]>(
    'SELECT fingerprint, effect_id FROM idempotency_keys WHERE user_id = ? AND idem_key = ?',
    [call.userId, call.key],
  );
  if (row === undefined) return 'nothing';
  return row.fingerprint === fingerprint(call) ? { effectId: row.effect_id } : 'other-arguments';
}

const fingerprint = ({ operation, args }: KeyedCall) =>
  createHash('sha256')
    .update(JSON.stringify([operation, args]))
    .digest('hex');

/** Forgets all keys of a user who will not call again. */
export async function forgetKeys(manager: EntityManager, userId: string): Promise<void> {
  await manager.query('DELETE FROM idempotency_keys WHERE user_id = ?', [userId]);
}
