import type { Outbox } from '@frontrow/events/outbox';
import { unauthenticated } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import type { Viewer } from '@frontrow/kit/viewer';
import type { EntityManager } from 'typeorm';
import { endOthersOf, endSessions, isOpen, isSessionOf } from '../storage/sessions.ts';

/**
 * Ends a session of the viewer, also the one that they ask with.
 * @returns whether they have such a session, or had it until it ended
 * @throws UNAUTHENTICATED when the session that they ask with is over
 */
export const endSession = (outbox: Outbox, viewer: Viewer, id: string, now: Date): Promise<boolean> =>
  outbox.transaction(async ({ manager }) => {
    await requireOpen(manager, viewer, id, now);
    if (!isId(id) || !(await isSessionOf(manager, viewer.id, id))) return false;
    await endSessions(manager, { id }, now);
    return true;
  });

/**
 * Ends all sessions of the viewer but the one that they ask with.
 * @returns how many were ended
 * @throws UNAUTHENTICATED when the session that they ask with is over
 */
export const endOtherSessions = (outbox: Outbox, viewer: Viewer, now: Date): Promise<number> =>
  outbox.transaction(async ({ manager }) => {
    await requireOpen(manager, viewer, undefined, now);
    return endOthersOf(manager, viewer, now);
  });

// Whoever was shut out must not shut the owner out with a token that is still good for some minutes. To end the very session
// that has just ended is to be told once more that it did: the answer to the first call may have been lost.
async function requireOpen(
  manager: EntityManager,
  viewer: Viewer,
  ending: string | undefined,
  now: Date,
): Promise<void> {
  if (ending === viewer.sessionId || (await isOpen(manager, viewer, now))) return;
  throw unauthenticated('The session of this access token is over. Log in again.');
}
