import { isTransient } from '@frontrow/kit/database';
import type { Logger } from '@frontrow/kit/log';

/** Anything that can run a statement: a DataSource, a manager or a migration's runner. */
interface Database {
  query(sql: string): Promise<unknown>;
}

/**
 * The code has no statement that changes the log of operators. These triggers make sure that nobody else changes it either, if
 * the service's account may make triggers. MySQL with a binary log permits that only with `log_bin_trust_function_creators`.
 */
const guards = ['UPDATE', 'DELETE'].map((change) => ({
  name: `operator_actions_no_${change.toLowerCase()}`,
  on: `BEFORE ${change} ON operator_actions
       FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'operator_actions is only added to'`,
}));

/**
 * Makes the triggers that are missing.
 * @returns why the log can still be changed, in the words of the database; undefined if it cannot be changed
 */
export async function guardActions(database: Database): Promise<string | undefined> {
  const missing = await findMissing(database);
  let reason: unknown;
  for (const { name, on } of missing) {
    await database.query(`CREATE TRIGGER ${name} ${on}`).catch((error: unknown) => {
      if (isTransient(error)) throw error;
      reason = error;
    });
  }
  // If another replica has made them meanwhile, this one gets an error, but nothing is missing.
  if (reason === undefined || (await findMissing(database)).length === 0) return undefined;
  return reason instanceof Error ? reason.message : 'for a reason that the database does not give';
}

async function findMissing(database: Database) {
  const made = (await database.query(
    `SELECT trigger_name AS name FROM information_schema.triggers
     WHERE trigger_schema = DATABASE() AND event_object_table = 'operator_actions'`,
  )) as { name: string }[];
  return guards.filter(({ name }) => !made.some((trigger) => trigger.name === name));
}

/** Guards the log at each start. If that is not possible, it says so loudly, so that nobody believes the log to be guarded. */
export async function guardActionsOrWarn(database: Database, log: Logger): Promise<void> {
  const reason = await guardActions(database);
  if (reason === undefined) return;
  log.warn(
    { reason },
    'the log of operators can be changed by whoever has the database account of users, because it may not make triggers: ' +
      'set log_bin_trust_function_creators=1 at a MySQL server with a binary log, or grant the account TRIGGER, and start users again',
  );
}
