import { isRefusal } from '@frontrow/kit/refusal';
import { scalars } from '@frontrow/kit/scalars';
import { Mutation } from './resolvers/mutation.ts';
import { Query } from './resolvers/query.ts';
import { Reservation } from './resolvers/reservation.ts';
import type { Resolvers } from './resolvers/types.generated.ts';
import { User } from './resolvers/user.ts';

export const resolvers: Resolvers = {
  ...scalars,
  Query,
  Mutation,
  Reservation,
  User,
  CancelReservationResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'Reservation') },
};
