import { isRefusal } from '@frontrow/kit/refusal';
import { jsonScalar, scalars } from '@frontrow/kit/scalars';
import { readFileSync } from 'node:fs';
import { DoorList } from './resolvers/DoorList.ts';
import { Mutation } from './resolvers/Mutation.ts';
import { MyData } from './resolvers/MyData.ts';
import { Query } from './resolvers/Query.ts';
import { Reservation } from './resolvers/Reservation.ts';
import { Schedule, ScheduleSales } from './resolvers/Schedule.ts';
import { Subscription } from './resolvers/Subscription.ts';
import { Ticket } from './resolvers/Ticket.ts';
import type { Resolvers } from './resolvers/types.generated.ts';
import { User } from './resolvers/User.ts';

export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

export const resolvers: Resolvers = {
  ...scalars,
  ...jsonScalar,
  Query,
  MyData,
  Mutation,
  Subscription,
  Reservation,
  Schedule,
  ScheduleSales,
  Ticket,
  User,
  DoorList,
  AlreadyAdmitted: { admission: ({ already }) => already },
  AdmitTicketResult: { __resolveType: kindOfOutcome },
  PauseCancellationResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'Schedule') },
  CancelReservationResult: { __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'Reservation') },
};

function kindOfOutcome(outcome: object) {
  if ('already' in outcome) return 'AlreadyAdmitted';
  return isRefusal(outcome) ? 'Refusal' : 'Admission';
}
