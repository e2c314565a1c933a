import { ownData } from '@frontrow/kit/viewer';
import { findSessions } from '../storage/sessions.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  account: async ({ userId }, _args, { users, outbox }) => {
    const user = await users.load(userId);
    return user && { ...user, sessions: await findSessions(outbox.database.manager, userId) };
  },
};
