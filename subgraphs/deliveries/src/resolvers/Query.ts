import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { requireOperator } from '@frontrow/kit/viewer';
import { findCircuits } from '../storage/circuits.ts';
import { listDeliveries } from '../storage/deliveries.ts';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  deliveries: async (_root, args, { viewer, outbox }) => {
    requireOperator(viewer);
    const first = pageSize(args.first);
    const before = fromCursor(args.after, isId);
    const filter = { status: args.status ?? undefined, target: args.target ?? undefined };
    const page = { ...filter, before, count: first + 1 };
    const found = await listDeliveries(outbox.database.manager, page);
    return toConnection(found, first, ({ id }) => id, args.after);
  },
  circuits: (_root, _args, { viewer, outbox, targets }) => {
    requireOperator(viewer);
    return findCircuits(outbox.database.manager, targets);
  },
};
