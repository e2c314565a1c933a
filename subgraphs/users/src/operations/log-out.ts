import type { Outbox } from '@frontrow/events/outbox';
import { hashOf } from '../credentials/refresh-token.ts';
import { endSessions, lockToken } from '../storage/sessions.ts';

/** Ends the session that the token belongs to, even if the token has been used already. */
export const logOut = (outbox: Outbox, refreshToken: string, now: Date): Promise<void> =>
  outbox.transaction(async ({ manager }) => {
    const found = await lockToken(manager, hashOf(refreshToken));
    if (found !== null) await endSessions(manager, { id: found.sessionId }, now);
  });
