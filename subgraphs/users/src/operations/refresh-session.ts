import type { Outbox } from '@frontrow/events/outbox';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { hashOf, newRefreshToken } from '../credentials/refresh-token.ts';
import { rotation } from '../domain/session.ts';
import type { OpenSession } from '../domain/session.ts';
import { findUser } from '../storage/accounts.ts';
import { endSessions, lockToken, replaceToken } from '../storage/sessions.ts';

/** Exchanges a refresh token for its successor. The role may have changed since: it comes from the account. */
export async function refreshSession(
  outbox: Outbox,
  refreshToken: string,
  now: Date,
): Promise<OpenSession | Refusal<'SESSION_EXPIRED'>> {
  const used = hashOf(refreshToken);
  // Made once for all runs of the transaction: it is how a run recognises what an earlier one committed.
  const successor = newRefreshToken();
  return outbox.transaction(async ({ manager }) => {
    const found = await lockToken(manager, used);
    const user = found && (await findUser(manager, found.userId));
    if (!user) return sessionExpired();
    const decision = rotation(found, successor.hash, now);
    switch (decision) {
      case 'ROTATE':
        await replaceToken(manager, found, [used, successor.hash], now);
        break;
      case 'ROTATED':
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
