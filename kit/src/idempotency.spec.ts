import type { DataSource, EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { openDatabase, transaction } from './database.ts';
import {
  checkIdempotencyKey,
  claimKey,
  CreateIdempotencyKeys1760000000003,
  lookUpKeys,
} from './idempotency.ts';
import type { KeyedCall } from './idempotency.ts';
import { newId } from './ids.ts';
import { createLogger } from './log.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';
import { untilLockIsWaitedFor } from './testing/lock-wait.ts';

class CreateCharges1760000000099 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE charges (id CHAR(36) PRIMARY KEY, amount INT NOT NULL) ENGINE=InnoDB');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE charges');
  }
}
const migrations = [CreateIdempotencyKeys1760000000003, CreateCharges1760000000099];

let own: TestDatabase;
let replicas: DataSource[];
beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations });
  const log = createLogger('test', 'silent');
  replicas = [
    own.database,
    await openDatabase({ url: own.url, connections: 10, entities: [], migrations, log }),
  ];
});
afterAll(async () => {
  await replicas[1]!.destroy();
  await own.drop();
});

const call = (changed: Partial<KeyedCall> = {}): KeyedCall => ({
  userId: newId(),
  key: '충전 2026-11-20 #1',
  operation: 'chargePoints',
  args: { amount: 1_000 },
  now: new Date(),
  ...changed,
});

/** Charges, unless the key was used before. */
async function charge(manager: EntityManager, keyed: KeyedCall) {
  const id = newId();
  const outcome = await claimKey(manager, keyed, id);
  if (outcome !== 'claimed') return outcome;
  await manager.query('INSERT INTO charges (id, amount) VALUES (?, 1000)', [id]);
  return { effectId: id };
}
const charges = async (ids: string[]) =>
  (await own.database.query('SELECT id FROM charges WHERE id IN (?)', [ids])).length;

describe('an idempotency key', () => {
  it('lets 40 calls at the same moment, on two replicas, have one effect and one answer', async () => {
    const keyed = call();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        transaction(replicas[i % 2]!, (manager) => charge(manager, keyed)),
      ),
    );
    const ids = new Set(answers.map((answer) => (answer as { effectId: string }).effectId));
    expect(ids.size).toBe(1);
    expect(await charges([...ids])).toBe(1);
  });

  it('gives the same answer for good', async () => {
    const keyed = call();
    const first = await transaction(own.database, (manager) => charge(manager, keyed));
    const again = await transaction(own.database, (manager) =>
      charge(manager, { ...keyed, now: new Date(0) }),
    );
    expect(again).toEqual(first);
  });

  it('is refused with other arguments, or for another operation', async () => {
    const keyed = call();
    await transaction(own.database, (manager) => charge(manager, keyed));
    for (const other of [{ args: { amount: 1_001 } }, { operation: 'pay' }]) {
      const answer = await transaction(own.database, (manager) => charge(manager, { ...keyed, ...other }));
      expect(answer).toBe('other-arguments');
    }
  });

  it('is each fan’s own, and each letter of it counts', async () => {
    const keyed = call({ key: 'Key' });
    const others = [
      keyed,
      { ...keyed, userId: newId() },
      { ...keyed, key: 'key' },
      { ...keyed, key: 'Key ' },
      { ...keyed, key: 'Kéy' },
    ];
    const answers = [];
    for (const other of others)
      answers.push(await transaction(own.database, (manager) => charge(manager, other)));
    expect(await charges(answers.map((answer) => (answer as { effectId: string }).effectId))).toBe(
      others.length,
    );
  });

  it('is free again after a rollback, and of those who waited for it one has the effect', async () => {
    const keyed = call();
    let waiting: Promise<unknown>[] = [];
    const refused = transaction(own.database, async (manager) => {
      expect(await claimKey(manager, keyed, newId())).toBe('claimed');
      waiting = Array.from({ length: 10 }, (_, i) =>
        transaction(replicas[i % 2]!, (other) => charge(other, keyed)),
      );
      await untilLockIsWaitedFor(own.database, keyed.userId, 10);
      throw new Error('no such reservation');
    });
    await expect(refused).rejects.toThrow('no such reservation');
    const ids = new Set(
      (await Promise.all(waiting)).map((answer) => (answer as { effectId: string }).effectId),
    );
    expect(ids.size).toBe(1);
    expect(await charges([...ids])).toBe(1);
  });

  it('has 1 to 128 characters, whichever', async () => {
    const longest = '석'.repeat(127) + '!';
    expect(() => checkIdempotencyKey(longest)).not.toThrow();
    const keyed = call({ key: longest });
    const first = await transaction(own.database, (manager) => charge(manager, keyed));
    expect(await transaction(own.database, (manager) => charge(manager, keyed))).toEqual(first);
    const pairs = call({ key: '🎫'.repeat(128) });
    expect(await transaction(own.database, (manager) => charge(manager, pairs))).toHaveProperty('effectId');
    // Half an emoji would be the same key as half of another one.
    for (const wrong of ['', 'x'.repeat(129), 'x'.repeat(1_000_000), '🎫'.repeat(129), 'a\ud83c', '\u0000']) {
      expect(() => checkIdempotencyKey(wrong)).toThrow(
        expect.objectContaining({
          extensions: { code: 'BAD_USER_INPUT', argument: 'input.idempotencyKey' },
        }),
      );
    }
  });
});

/** Charges for all of these calls in one transaction, as a group of calls is handled that came together. */
const chargeTogether = (database: DataSource, calls: readonly KeyedCall[]) =>
  transaction(database, async (manager) => {
    const keys = await lookUpKeys(manager, calls);
    const answers = calls.map((keyed) => {
      const before = keys.effectOf(keyed);
      if (before !== 'nothing') return before;
      const effectId = newId();
      keys.use(keyed, effectId);
      return { effectId, isNew: true };
    });
    const fresh = answers.flatMap((answer) =>
      typeof answer === 'object' && 'isNew' in answer ? [answer] : [],
    );
    if (fresh.length > 0) {
      await manager.query('INSERT INTO charges (id, amount) VALUES ?', [
        fresh.map(({ effectId }) => [effectId, 1_000]),
      ]);
    }
    await keys.store(manager);
    return answers.map((answer) => (typeof answer === 'object' ? answer.effectId : answer));
  });

describe('keys of calls that are decided together', () => {
  it('are each its own: new ones have their effect, used ones their answer, and others are refused', async () => {
    const [first, second] = [call(), call({ key: 'Key' })];
    const [before] = await chargeTogether(replicas[0]!, [first]);
    const answers = await chargeTogether(replicas[1]!, [
      second,
      first,
      { ...first, args: {} },
      { ...second, key: 'key' },
      second,
      { ...second, args: {} },
    ]);
    const [fresh, , , another] = answers;
    expect(answers).toEqual([fresh, before, 'other-arguments', another, fresh, 'other-arguments']);
    expect(another).not.toBe(fresh);
    expect(await charges([before!, fresh!, another!])).toBe(3);
  });

  it('have one effect each and one answer when many groups use them at the same moment, on two replicas', async () => {
    const calls = Array.from({ length: 10 }, () => call());
    const groups = Array.from({ length: 20 }, (_, i) =>
      chargeTogether(replicas[i % 2]!, i % 3 === 0 ? calls.toReversed() : calls.slice(i % 5)),
    );
    const answers = await Promise.all(groups);
    const ids = new Set(answers.flat());
    expect(ids.size).toBe(10);
    expect(await charges([...ids])).toBe(10);
  });

  it('are not used by calls that are refused', async () => {
    const [refused, good] = [call(), call()];
    await transaction(own.database, async (manager) => {
      const keys = await lookUpKeys(manager, [refused, good]);
      keys.use(good, newId());
      await keys.store(manager);
    });
    const keys = await lookUpKeys(own.database.manager, [refused, good]);
    expect(keys.effectOf(refused)).toBe('nothing');
    expect(keys.effectOf(good)).toHaveProperty('effectId');
  });
});
