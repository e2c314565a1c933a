import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { badUserInput } from '@frontrow/kit/errors';
import { searchConcerts } from '../storage/concerts.ts';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  concerts: async (_, { first, after, search }, { office }) => {
    const size = pageSize(first);
    const text = search?.trim() ?? '';
    if (text.length > 200) throw badUserInput('search', 'must have at most 200 characters.');
    const rows = await searchConcerts(office.outbox.database.manager, {
      text: text === '' ? undefined : text,
      after: fromCursor(after, isId),
      limit: size + 1,
    });
    return toConnection(rows, size, ({ id }) => id, after);
  },
  concert: (_, { id }, { loaders }) => loaders.concerts.load(id),
  schedule: (_, { id }, { loaders }) => loaders.schedules.load(id),
};
