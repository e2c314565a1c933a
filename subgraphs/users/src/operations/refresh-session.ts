import type { Outbox } from '@frontrow/events/outbox';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { hashOf, newSalt, successorOf } from '../credentials/refresh-token.ts';
import { rotation } from '../domain/session.ts';
import type { OpenSession } from '../domain/session.ts';
import { findUser } from '../storage/accounts.ts';
import { endSessions, lockToken, replaceToken } from '../storage/sessions.ts';

/**
 * Exchanges a refresh token for its successor, which is the same one for as long as an earlier answer may still be on its way.
 * The role may have changed since the last refresh, so it comes from the account.
 */
export async function refreshSession(
  outbox: Outbox,
  refreshToken: string,
  now: Date,
): Promise<OpenSession | Refusal<'SESSION_EXPIRED'>> {
  const used = hashOf(refreshToken);
  return outbox.transaction(async ({ manager }) => {
    const found = await lockToken(manager, used);
    const user = found && (await findUser(manager, found.userId));
    if (!user) return sessionExpired();
    const salt = found.successorSalt ?? newSalt();
    const successor = successorOf(refreshToken, salt);
    const decision = rotation(found, now);
    switch (decision) {
      case 'ROTATE':
        await replaceToken(manager, found, { used, successor: successor.hash, salt }, now);
        break;
      // This is also the case if this very refresh was carried out before: the connection broke during COMMIT, and the
      // transaction runs again.
      case 'REPEAT':
        break;
      case 'REUSED':
        await endSessions(manager, { id: found.sessionId }, now);
        return sessionExpired();
      case 'EXPIRED':
        return sessionExpired();
      default:
        return decision satisfies never;
    }
    return { id: found.sessionId, refreshToken: successor.token, user };
  });
}

const sessionExpired = () => refuse('SESSION_EXPIRED', 'This session is over. Log in again.');
