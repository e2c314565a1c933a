import { insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager } from 'typeorm';

/** A user's address and language; the language is a BCP 47 tag. */
export interface Recipient {
  readonly email: string;
  readonly locale: string;
}

/** Notes addresses; the first news about a user counts, even if it says that the account is gone. Locks the rows until the transaction ends. */
export const noteRecipients = (
  manager: EntityManager,
  recipients: readonly (Recipient & { readonly userId: string })[],
): Promise<void> => {
  const known = new Map(recipients.map(({ userId, ...recipient }) => [userId, recipient]));
  return insertMissingRows(
    manager,
    'recipients',
    [...known]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([userId, { email, locale }]) => ({ user_id: userId, email, locale, forgotten_at: null })),
  );
};

/** Of these users, those whose account is gone. */
export async function findForgotten(
  manager: EntityManager,
  userIds: readonly string[],
): Promise<Set<string>> {
  const rows = await manager.query<{ userId: string }[]>(
    'SELECT user_id AS userId FROM recipients WHERE user_id IN (?) AND forgotten_at IS NOT NULL',
    [userIds],
  );
  return new Set(rows.map(({ userId }) => userId));
}

export async function findRecipient(
  manager: EntityManager,
  userId: string,
): Promise<Recipient | 'gone' | undefined> {
  const [row] = await manager.query<{ email: string | null; locale: string }[]>(
    'SELECT email, locale FROM recipients WHERE user_id = ?',
    [userId],
  );
  if (row === undefined) return undefined;
  return row.email === null ? 'gone' : { email: row.email, locale: row.locale };
}

/** Deletes an address and the mails whose events name it. The note that the account is gone stays, for news that arrives late. */
export async function forgetRecipient(manager: EntityManager, userId: string, now: Date): Promise<void> {
  await insertMissingRows(manager, 'recipients', [
    { user_id: userId, email: null, locale: 'en', forgotten_at: now },
  ]);
  await manager.query(
    "UPDATE recipients SET email = NULL, locale = 'en', forgotten_at = ? WHERE user_id = ? AND forgotten_at IS NULL",
    [now, userId],
  );
  await manager.query("DELETE FROM deliveries WHERE subject = ? AND target = 'MAIL'", [userId]);
}
