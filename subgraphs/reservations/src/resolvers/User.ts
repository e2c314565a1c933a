import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { maySee } from '@frontrow/kit/viewer';
import { findReservationsOf } from '../storage/reservations.ts';
import type { UserResolvers } from './types.generated.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  reservations: async ({ id: userId }, args, { viewer, outbox }) => {
    if (!maySee(viewer, userId)) return null;
    const first = pageSize(args.first);
    const before = fromCursor(args.after, isId);
    const status = args.status ?? undefined;
    const page = { userId, status, before, count: first + 1 };
    const found = await findReservationsOf(outbox.database.manager, page);
    return toConnection(found, first, ({ id }) => id, args.after);
  },
};
