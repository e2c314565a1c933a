import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { requireOperator } from '@frontrow/kit/viewer';
import { visibleSaga } from '../context.ts';
import { findDeadLetterPage } from '../storage/dead-letters.ts';
import { countByBroken, findSagaPage } from '../storage/sagas.ts';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  saga: (_root, { id }, context) => visibleSaga(id, context),
  invariants: async (_root, _args, { viewer, outbox }) => {
    requireOperator(viewer);
    const counts = await countByBroken(outbox.database.manager);
    return [...counts].map(([invariant, purchases]) => ({ invariant, purchases }));
  },
  sagas: async (_root, args, { viewer, outbox }) => {
    requireOperator(viewer);
    const { first, page } = toPage(args);
    return toConnection(await findSagaPage(outbox.database.manager, page), first, ({ id }) => id, args.after);
  },
  deadLetters: async (_root, args, { viewer, outbox }) => {
    requireOperator(viewer);
    const { first, page } = toPage(args);
    return toConnection(
      await findDeadLetterPage(outbox.database.manager, page),
      first,
      ({ id }) => id,
      args.after,
    );
  },
};

interface PageArgs<Status> {
  first: number;
  after?: string | null;
  status?: Status | null;
}

function toPage<Status>(args: PageArgs<Status>) {
  const first = pageSize(args.first);
  const before = fromCursor(args.after, isId);
  return { first, page: { status: args.status ?? undefined, before, count: first + 1 } };
}
