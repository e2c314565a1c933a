import { ownData } from '@frontrow/kit/viewer';
import { findSessions } from '../storage/sessions.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  account: async ({ userId }, _args, { users, outbox }) => {
    const user = await users.load(userId);
    if (user === null) return null;
    const found = await findSessions(outbox.database.manager, userId);
    // A hash of where they were is worth nothing to the fan, and much to whoever finds the copy.
    return { ...user, sessions: found.map(({ openedFrom: _, ...session }) => session) };
  },
};
