import { unauthenticated } from '@frontrow/kit/errors';
import { maySee } from '@frontrow/kit/viewer';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  me: async (_, _args, { viewer, users }) => {
    if (viewer === null) return null;
    const user = await users.load(viewer.id);
    if (user === null) throw unauthenticated('The account of this access token does not exist any more.');
    return user;
  },
  user: (_, { id }, { viewer, users }) => (maySee(viewer, id) ? users.load(id) : null),
};
