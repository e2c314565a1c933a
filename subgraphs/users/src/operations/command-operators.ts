import { onBehalfOf } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { isRefusal, refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { User } from '../domain/account.ts';
import { knownEmail } from '../registration.ts';
import { findAccount } from '../storage/accounts.ts';
import { findOperators } from '../storage/operators.ts';
import { addOperator } from './add-operator.ts';
import { endOperator } from './end-operator.ts';

const usage = 'Say `list`, `add EMAIL` or `end EMAIL`.';

/**
 * Lists, adds or ends operators for somebody with access to the database. A running `users` then publishes the entries of the
 * log.
 * @returns the operators as they are afterwards
 */
export async function commandOperators(
  outbox: Outbox,
  [command, email, ...more]: readonly string[],
  now: Date,
): Promise<User[] | Refusal> {
  const { manager } = outbox.database;
  const isKnown = command === 'list' ? email === undefined : command === 'add' || command === 'end';
  if (!isKnown || more.length > 0) return refuse('USAGE', usage);
  if (command !== 'list') {
    if (email === undefined) return refuse('USAGE', usage);
    const outcome = await (command === 'add'
      ? addOperator(outbox, onBehalfOf('COMMAND', 'addOperator'), email, now)
      : endOperator(outbox, onBehalfOf('COMMAND', 'endOperator'), await idOf(outbox, email), now));
    if (isRefusal(outcome)) return outcome;
  }
  return findOperators(manager);
}

async function idOf({ database }: Outbox, typed: string): Promise<string> {
  const email = knownEmail(typed);
  return (email === null ? null : await findAccount(database.manager, email))?.id ?? '';
}
