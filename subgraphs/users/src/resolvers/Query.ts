import { unauthenticated } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { maySee, requireAccount, requireOperator } from '@frontrow/kit/viewer';
import { normalisedEmail } from '../registration.ts';
import { findUserByEmail } from '../storage/accounts.ts';
import { findActions } from '../storage/operator-actions.ts';
import { findOperators, findStaff } from '../storage/operators.ts';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  me: async (_, _args, { viewer, users }) => {
    if (viewer === null) return null;
    const user = await users.load(viewer.id);
    if (user === null) throw unauthenticated('The account of this access token does not exist any more.');
    return user;
  },
  user: (_, { id }, { viewer, users }) => (maySee(viewer, id) ? users.load(id) : null),
  userByEmail: async (_, { email }, { viewer, outbox }) => {
    requireOperator(viewer);
    const address = normalisedEmail(email);
    return address === null ? null : findUserByEmail(outbox.database.manager, address);
  },
  operators: (_, _args, { viewer, outbox }) => {
    requireOperator(viewer);
    return findOperators(outbox.database.manager);
  },
  staff: (_, _args, { viewer, outbox }) => {
    requireOperator(viewer);
    return findStaff(outbox.database.manager);
  },
  operatorActions: async (_, args, { viewer, outbox }) => {
    requireOperator(viewer);
    const first = pageSize(args.first);
    const before = fromCursor(args.after, isId);
    const [operatorId, action] = [args.operatorId ?? undefined, args.action ?? undefined];
    const page = { operatorId, action, before, count: first + 1 };
    const found = await findActions(outbox.database.manager, page);
    return toConnection(found, first, ({ id }) => id, args.after);
  },
  exportMyData: (_, _args, { viewer }) => ({ userId: requireAccount(viewer).id }),
};
