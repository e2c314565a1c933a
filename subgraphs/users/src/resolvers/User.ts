import { maySee } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import type * as domain from '../domain/account.ts';
import { listSessions } from '../storage/sessions.ts';
import type { UserResolvers } from './types.generated.ts';

/** A user as an answer shows them. */
export interface ShownUser extends domain.User {
  /** The caller has just proved to be this user, in this session, although the request has no access token for it. */
  readonly callerSessionId?: string;
  /** The same, but without a session: the caller followed a link that was mailed to the user. */
  readonly isCaller?: boolean;
}

const isOwn = (user: ShownUser, viewer: Viewer | null) =>
  user.callerSessionId !== undefined || user.isCaller === true || viewer?.id === user.id;

export const User: UserResolvers = {
  __resolveReference: ({ id }, { viewer, users }) => (maySee(viewer, id) ? users.load(id) : null),
  email: (user, _, { viewer }) => (isOwn(user, viewer) || maySee(viewer, user.id) ? user.email : null),
  emailConfirmedAt: (user, _, { viewer }) => (isOwn(user, viewer) ? user.emailConfirmedAt : null),
  sessions: async (user, _, { viewer, outbox, now }) => {
    const current = user.callerSessionId ?? (viewer?.id === user.id ? viewer.sessionId : undefined);
    if (current === undefined) return null;
    const found = await listSessions(outbox.database.manager, user.id, now);
    return found.map((session) => ({ ...session, isCurrent: session.id === current }));
  },
};
