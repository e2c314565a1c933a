import { maySee } from '@frontrow/kit/viewer';
import type { UserResolvers } from './types.generated.ts';

export const User: UserResolvers = {
  queueTickets: ({ id }, _arguments, { loaders, viewer }) =>
    maySee(viewer, id) ? loaders.ticketsOfFan.load(id) : null,
};
