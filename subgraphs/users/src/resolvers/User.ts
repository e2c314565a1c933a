import { maySee } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import type { ShownUser } from '../domain/account.ts';
import { listSessions } from '../storage/sessions.ts';
import type { UserResolvers } from './types.generated.ts';

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
