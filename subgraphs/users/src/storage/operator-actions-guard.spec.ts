import { jest } from '@jest/globals';
import { createLogger } from '@frontrow/kit/log';
import { freshDatabase } from '@frontrow/kit/testing/database';
import type { TestDatabase } from '@frontrow/kit/testing/database';
import { migrations } from './migrations.ts';
import { guardActions, guardActionsOrWarn } from './operator-actions-guard.ts';

let own: TestDatabase;
beforeEach(async () => {
  own = await freshDatabase({ entities: [], migrations });
  for (const change of ['update', 'delete'])
    await own.database.query(`DROP TRIGGER IF EXISTS operator_actions_no_${change}`);
  await own.database.query(
    `INSERT INTO operator_actions (id, acted_by, action, subject_id, acted_at) VALUES ('1', 'COMMAND', 'addOperator', '2', NOW(3))`,
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await own.drop();
});

describe('the log of operators', () => {
  it('is guarded from the next start on when its triggers could not be made before, by any number of replicas', async () => {
    const starts = Array.from({ length: 4 }, () => guardActions(own.database));
    expect(await Promise.all(starts)).toEqual([undefined, undefined, undefined, undefined]);
    for (const sql of ["UPDATE operator_actions SET action = ''", 'DELETE FROM operator_actions'])
      await expect(own.database.query(sql)).rejects.toThrow(/only added to/);
  });

  it('says at each start that it is not guarded, and what to set', async () => {
    const log = createLogger('users', 'silent');
    const warned = jest.spyOn(log, 'warn');
    const query = own.database.query.bind(own.database);
    jest.spyOn(own.database, 'query').mockImplementation(async (sql: string) => {
      // The answer of MySQL with a binary log.
      if (sql.startsWith('CREATE TRIGGER')) {
        const refusal = 'You do not have the SUPER privilege and binary logging is enabled';
        throw Object.assign(new Error(refusal), { errno: 1419 });
      }
      return query(sql);
    });
    for (const start of [1, 2]) {
      await guardActionsOrWarn(own.database, log);
      expect(warned).toHaveBeenCalledTimes(start);
    }
    const [{ reason }, message] = warned.mock.calls[0] as unknown as [{ reason: string }, string];
    expect(reason).toContain('SUPER');
    expect(message).toContain('log_bin_trust_function_creators=1');
  });
});
