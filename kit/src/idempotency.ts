import { createHash } from 'node:crypto';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { FoundChanged, isDuplicate } from './database.ts';
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
  /** Everything that distinguishes this call from another one with the same key. */
  readonly args: unknown;
  readonly now: Date;
}

export const keyReused = () =>
  refuse('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used with other arguments before.');

/** @throws BAD_USER_INPUT unless the key has 1–128 characters, all of which UTF-8 can distinguish */
export const checkIdempotencyKey = (key: string): void => {
  checkToken('input.idempotencyKey', key, { min: 1, max: 128 });
};

/** What a key was used for before. */
export type KeyUse = 'nothing' | 'other-arguments' | { readonly effectId: string };

/**
 * Claims the key for an effect, in the transaction that has the effect: they commit together or not at all. Call it
 * before anything else is locked: a second call with the same key waits here until the first has ended.
 * @returns 'claimed' when the effect must happen now; the earlier use of the key; or 'other-arguments'
 */
export async function claimKey(
  manager: EntityManager,
  call: KeyedCall,
  effectId: string,
): Promise<'claimed' | Exclude<KeyUse, 'nothing'>> {
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
export const effectOf = async (manager: EntityManager, call: KeyedCall): Promise<KeyUse> =>
  (await lookUpKeys(manager, [call])).effectOf(call);

/**
 * Looks up the keys of calls that are decided together, by one statement. It locks nothing, so two replicas may both find the
 * same key to be new at the same moment. `store` then lets one of them through, and the other runs again.
 * @param calls at least one
 */
export async function lookUpKeys(manager: EntityManager, calls: readonly KeyedCall[]): Promise<Keys> {
  const rows = await manager.query<KeyRow[]>(
    `SELECT user_id AS userId, idem_key AS idemKey, fingerprint, effect_id AS effectId FROM idempotency_keys
     WHERE (user_id, idem_key) IN (?)`,
    [calls.map(({ userId, key }) => [userId, key])],
  );
  return new Keys(rows.map(({ idemKey, ...row }) => ({ ...row, key: idemKey.toString() })));
}

interface KeyRow {
  readonly userId: string;
  readonly idemKey: Buffer;
  readonly fingerprint: string;
  readonly effectId: string;
}

interface UsedKey extends Pick<KeyedCall, 'userId' | 'key'> {
  readonly fingerprint: string;
  readonly effectId: string;
}

/** The keys of calls that are decided one by one in one transaction: each sees what the calls before it have used. */
export class Keys {
  readonly #used = new Map<string, UsedKey>();
  readonly #new: (UsedKey & { readonly now: Date })[] = [];

  constructor(used: readonly UsedKey[]) {
    for (const one of used) this.#used.set(nameOf(one), one);
  }

  effectOf(call: KeyedCall): KeyUse {
    const used = this.#used.get(nameOf(call));
    if (used === undefined) return 'nothing';
    return used.fingerprint === fingerprint(call) ? { effectId: used.effectId } : 'other-arguments';
  }

  /** Records that the call has this effect. A refused call uses no key, so it may succeed later. */
  use(call: KeyedCall, effectId: string): void {
    const { userId, key, now } = call;
    const used = { userId, key, now, fingerprint: fingerprint(call), effectId };
    this.#used.set(nameOf(call), used);
    this.#new.push(used);
  }

  /**
   * Stores the keys that were used, by one statement, in the transaction that has the effects.
   * @throws FoundChanged when another transaction has used one of them meanwhile: then `transaction` runs again
   */
  async store(manager: EntityManager): Promise<void> {
    if (this.#new.length === 0) return;
    // In a fixed order, so that two groups do not wait for each other.
    const inOrder = this.#new.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    try {
      await manager.query(
        'INSERT INTO idempotency_keys (user_id, idem_key, fingerprint, effect_id, created_at) VALUES ?',
        [
          inOrder.map(({ userId, key, fingerprint, effectId, now }) => [
            userId,
            key,
            fingerprint,
            effectId,
            now,
          ]),
        ],
      );
    } catch (error) {
      throw isDuplicate(error) ? new FoundChanged('a key was used at the same moment') : error;
    }
  }
}

const nameOf = ({ userId, key }: Pick<KeyedCall, 'userId' | 'key'>) => `${userId} ${key}`;

const fingerprint = ({ operation, args }: KeyedCall) =>
  createHash('sha256')
    .update(JSON.stringify([operation, args]))
    .digest('hex');

/** Forgets all keys of a user who was deleted. */
export async function forgetKeys(manager: EntityManager, userId: string): Promise<void> {
  await manager.query('DELETE FROM idempotency_keys WHERE user_id = ?', [userId]);
}
