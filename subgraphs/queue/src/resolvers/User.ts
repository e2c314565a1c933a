import { maySee } from '@frontrow/kit/viewer';
import type { UserResolvers } from './types.generated.ts';

export const User: UserResolvers = {
  queueTickets: ({ id }, _arguments, { ticketsOfFan, viewer }) =>
    maySee(viewer, id) ? ticketsOfFan.load(id) : null,
};
