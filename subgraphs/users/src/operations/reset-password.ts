import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { linkOf } from '@frontrow/kit/mailed-link';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { clientName } from '../client-name.ts';
import { hashPassword } from '../credentials/password.ts';
import { newRefreshToken } from '../credentials/refresh-token.ts';
import { userOf } from '../domain/account.ts';
import { isGood } from '../domain/mailed-link.ts';
import type { OpenSession } from '../domain/session.ts';
import { lockAccountOf, storeConfirmation, storePassword } from '../storage/accounts.ts';
import { findLink, voidResetLinks } from '../storage/mailed-links.ts';
import { endSessions, insertSession } from '../storage/sessions.ts';
import { addressOf } from './caller.ts';
import type { Attempt } from './log-in.ts';

export interface Reset {
  readonly token: string;
  /** A password that has been checked already. */
  readonly newPassword: string;
  /** The secret from which the tokens of links are made. */
  readonly linkSecret: string;
}

/**
 * Gives another password to the account that a link was mailed to, ends all its sessions, and opens one. Whoever has the link
 * reads the mail of the address, so this confirms the address as well.
 * @throws RATE_LIMITED while too many passwords are being hashed
 */
export async function resetPassword(
  outbox: Outbox,
  { token, newPassword, linkSecret }: Reset,
  { caller, limits, now }: Attempt,
): Promise<OpenSession | Refusal<'RESET_EXPIRED'>> {
  const linkId = linkOf(linkSecret, 'PASSWORD_RESET', token);
  if (linkId === null) return expired();
  return limits.passwords.enter(addressOf(caller), async () => {
    const link = await findLink(outbox.database.manager, linkId, 'PASSWORD_RESET');
    // The link is checked before the password is hashed, because hashing is expensive.
    if (link === null || !isGood(link, now)) return expired();
    const passwordHash = await hashPassword(newPassword);
    const { token: refreshToken, hash } = newRefreshToken();
    const sessionId = newId();
    return outbox.transaction(async ({ manager }) => {
      const account = await lockAccountOf(manager, link.userId);
      const found = await findLink(manager, linkId, 'PASSWORD_RESET');
      if (account === null || found === null) return expired();
      const user = { ...userOf(account), emailConfirmedAt: account.emailConfirmedAt ?? now };
      const session = { id: sessionId, refreshToken, user };
      if (found.usedBy === sessionId) return session; // an earlier run committed, but its answer was lost
      if (!isGood(found, now)) return expired();
      await storePassword(manager, user.id, passwordHash);
      await storeConfirmation(manager, user.id, now);
      await voidResetLinks(manager, user.id, sessionId);
      await endSessions(manager, { userId: user.id }, now);
      const opened = { client: clientName(caller.client?.agent), address: addressOf(caller) };
      await insertSession(manager, { id: sessionId, userId: user.id, tokenHash: hash, ...opened }, now);
      return session;
    });
  });
}

const expired = () =>
  refuse(
    'RESET_EXPIRED',
    'This link has been used, is older than 30 minutes, or is not valid. Ask for a new one.',
  );
