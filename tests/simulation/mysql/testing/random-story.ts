import { setImmediate as settled } from 'node:timers/promises';
import type { Random } from '../../world/random.ts';
import type { MemoryMysql } from '../server.ts';
import type { Step } from './play.ts';
import { memoryClient } from './servers.ts';

const names = ['a', 'b', 'c'] as const;
const mostSteps = 14;

type Statement = readonly [sql: string, ...parameters: unknown[]];

/** What services say to a server, about so few rows that they get in each other's way. */
const said: readonly ((random: Random) => Statement)[] = [
  (random) => ['SELECT id, amount, seats, status FROM things WHERE id = ?', id(random)],
  () => ['SELECT id, amount, seats, status FROM things ORDER BY id'],
  () => ['SELECT position, code, owner, version FROM numbered ORDER BY position'],
  (random) => ['SELECT id, amount FROM things WHERE id = ? FOR UPDATE', id(random)],
  (random) => ['SELECT id FROM things WHERE id = ? FOR UPDATE SKIP LOCKED', id(random)],
  (random) => ['SELECT id FROM things ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED', random.between(1, 3)],
  (random) => ['UPDATE things SET amount = amount + ? WHERE id = ?', random.between(1, 3), id(random)],
  (random) => ['UPDATE things SET amount = amount - ? WHERE id = ?', random.between(1, 3), id(random)],
  (random) => [`UPDATE things SET status = 'OLD' WHERE id = ? AND status = 'NEW'`, id(random)],
  (random) => ['DELETE FROM things WHERE id = ?', id(random)],
  (random) => ['INSERT INTO things (id, amount) VALUES (?, 1)', id(random)],
  (random) => ['INSERT IGNORE INTO things (id, amount) VALUES (?, 2)', id(random)],
  (random) => [
    'INSERT INTO things (id, amount) VALUES (?, 3) ON DUPLICATE KEY UPDATE amount = amount + VALUES(amount)',
    id(random),
  ],
  (random) => ['INSERT INTO numbered (code, owner) VALUES (?, ?)', code(random), owner(random)],
  (random) => [
    'UPDATE numbered SET owner = ?, version = version + 1 WHERE code = ?',
    owner(random),
    code(random),
  ],
  (random) => ['DELETE FROM numbered WHERE code = ?', code(random)],
];

const id = (random: Random) => random.between(1, 4);
const code = (random: Random) => random.pick(['x', 'y', 'z']);
const owner = (random: Random) => random.pick(['o', 'p', null]);

export interface RandomStory {
  readonly steps: readonly Step[];
  /** Whether the last step is one by which somebody is turned away because of a deadlock; who that is, is each server's choice. */
  readonly endsInDeadlock: boolean;
}

/**
 * Makes up a story: whoever waits for nobody says something. The server in memory is asked who that is, so the steps are those that make
 * sense to it; another server must see the same.
 */
export async function makeUpStory(random: Random, template: MemoryMysql): Promise<RandomStory> {
  const copy = template.emptyCopy({});
  const clients = new Map(names.map((name) => [name, memoryClient(copy)]));
  const inTransaction = new Set<string>();
  const waiting = new Map<string, string>();
  const steps: Step[] = [
    { on: 'a', sql: 'INSERT INTO things (id, amount) VALUES (1, 5), (2, 5), (3, 5)', parameters: [] },
  ];
  await clients.get('a')?.query(steps[0]?.sql ?? '', []);
  const turnedAway: string[] = [];
  while (steps.length < mostSteps && turnedAway.length === 0) {
    const free = names.filter((name) => !waiting.has(name));
    const on = random.pick(free);
    const [sql, ...parameters] = nextOf(random, inTransaction.has(on), waiting);
    steps.push({ on, sql, parameters });
    if (sql === 'START TRANSACTION') inTransaction.add(on);
    if (sql === 'COMMIT' || sql === 'ROLLBACK') inTransaction.delete(on);
    waiting.set(on, sql);
    void clients
      .get(on)
      ?.query(sql, parameters)
      .catch((error: unknown) => {
        if ((error as { errno?: number }).errno === 1213) turnedAway.push(on);
      })
      .finally(() => waiting.delete(on));
    await settled();
  }
  return { steps, endsInDeadlock: turnedAway.length > 0 };
}

function nextOf(random: Random, isInTransaction: boolean, waiting: ReadonlyMap<string, string>): Statement {
  if (!isInTransaction && random.chance(0.6)) return ['START TRANSACTION'];
  if (isInTransaction && random.chance(0.25)) return [random.pick(['COMMIT', 'COMMIT', 'ROLLBACK'])];
  // Of two that wait to insert the same row InnoDB turns one away when the row's first owner rolls back; the server in memory lets one in.
  const mayInsert = ![...waiting.values()].some((sql) => sql.startsWith('INSERT'));
  for (;;) {
    const statement = random.pick(said)(random);
    if (mayInsert || !statement[0].startsWith('INSERT')) return statement;
  }
}
