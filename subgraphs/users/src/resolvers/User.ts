import { maySee } from '@frontrow/kit/viewer';
import type * as domain from '../domain/account.ts';
import type { UserResolvers } from './types.generated.ts';

/** A user as an answer shows them. */
export interface ShownUser extends domain.User {
  /** The caller has just proved to be this user, though the request came without an access token. */
  readonly isCaller?: true;
}

export const User: UserResolvers = {
  __resolveReference: ({ id }, { viewer, users }) => (maySee(viewer, id) ? users.load(id) : null),
  email: (user, _, { viewer }) => (user.isCaller === true || maySee(viewer, user.id) ? user.email : null),
};
