import type { Outbox } from '@frontrow/events/outbox';
import { unauthenticated } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import type { Viewer } from '@frontrow/kit/viewer';
import type { EntityManager } from 'typeorm';
import { endOthersOf, endSessions, isOpen, isSessionOf } from '../storage/sessions.ts';

/**
 * Ends a session of the viewer. It may be the one that the request comes from.
 * @returns whether it is a session of theirs, even one that had ended already
 * @throws UNAUTHENTICATED if the session of the request is over
 */
export const endSession = (outbox: Outbox, viewer: Viewer, id: string, now: Date): Promise<boolean> =>
  outbox.transaction(async ({ manager }) => {
    await requireOpen(manager, viewer, id, now);
    if (!isId(id) || !(await isSessionOf(manager, viewer.id, id))) return false;
    await endSessions(manager, { id }, now);
    return true;
  });

/**
 * Ends all sessions of the viewer except that of the request.
 * @returns how many were ended
 * @throws UNAUTHENTICATED if the session of the request is over
 */
export const endOtherSessions = (outbox: Outbox, viewer: Viewer, now: Date): Promise<number> =>
  outbox.transaction(async ({ manager }) => {
    await requireOpen(manager, viewer, undefined, now);
    return endOthersOf(manager, viewer, now);
  });

// The access token of somebody who was shut out is still accepted for a moment, until its revocation is heard of. They must not
// use it to shut out the owner.
// The one exception is a request to end its own session once more: the answer to the first request may have been lost.
async function requireOpen(
  manager: EntityManager,
  viewer: Viewer,
  ending: string | undefined,
  now: Date,
): Promise<void> {
  if (ending === viewer.sessionId || (await isOpen(manager, viewer, now))) return;
  throw unauthenticated('The session of this access token is over. Log in again.');
}
