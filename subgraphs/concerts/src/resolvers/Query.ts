import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { text } from '@frontrow/kit/text';
import { isOperator, requireOperator } from '@frontrow/kit/viewer';
import { searchConcerts } from '../storage/concerts.ts';
import { findHall, findHalls } from '../storage/halls.ts';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  concerts: async (_, { first, after, search }, { viewer, saleDeps }) => {
    const size = pageSize(first);
    const wanted = text('search', search ?? '', { min: 0, max: 200 });
    const rows = await searchConcerts(saleDeps.outbox.database.manager, {
      sight: isOperator(viewer) ? 'everything' : 'published',
      text: wanted === '' ? undefined : wanted,
      after: fromCursor(after, isId),
      limit: size + 1,
    });
    return toConnection(rows, size, ({ id }) => id, after);
  },
  concert: (_, { id }, { loaders }) => loaders.concerts.load(id),
  schedule: (_, { id }, { loaders }) => loaders.schedules.load(id),
  halls: (_, { first }, { viewer, saleDeps }) => {
    requireOperator(viewer);
    return findHalls(saleDeps.outbox.database.manager, pageSize(first));
  },
  hall: (_, { id }, { viewer, saleDeps }) => {
    requireOperator(viewer);
    return isId(id) ? findHall(saleDeps.outbox.database.manager, id) : null;
  },
};
