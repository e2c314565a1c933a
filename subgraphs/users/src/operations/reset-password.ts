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
  /** Checked before. */
  readonly newPassword: string;
  /** What the tokens of links are made with. */
  readonly linkSecret: string;
}

/**
 * Gives the account that a link was mailed to another password, ends all its sessions, and opens one. Who has the link reads
 * the mails to the address, so that is confirmed as well.
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
    // Before the password is hashed, which is the expensive part.
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
      if (found.usedBy === sessionId) return session; // this one committed, and did not hear of it
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
  refuse('RESET_EXPIRED', 'This link was used, is older than 30 minutes, or is none. Ask for a new one.');
