import { isRefusal } from '@frontrow/kit/refusal';
import { jsonScalar, scalars } from '@frontrow/kit/scalars';
import { readFileSync } from 'node:fs';
import { labelOf } from './domain/seat.ts';
import { countsIn } from './resolvers/availability.ts';
import { Concert } from './resolvers/Concert.ts';
import { Hall } from './resolvers/Hall.ts';
import { SeatMap, SeatMapChange } from './resolvers/seat-map.ts';
import { knownSeats } from './resolvers/seats.ts';
import { Mutation } from './resolvers/Mutation.ts';
import { MyData } from './resolvers/MyData.ts';
import { Query } from './resolvers/Query.ts';
import { Schedule } from './resolvers/Schedule.ts';
import { Subscription } from './resolvers/Subscription.ts';
import type { Resolvers } from './resolvers/types.generated.ts';

export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');

export const resolvers: Resolvers = {
  ...scalars,
  ...jsonScalar,
  Query,
  MyData,
  Mutation,
  Subscription,
  Concert,
  Schedule,
  Section: {
    available: async (section, _args, { loaders }) => (await countsIn(section, loaders)).available,
    held: async (section, _args, { loaders }) => (await countsIn(section, loaders)).held,
    sold: async (section, _args, { loaders }) => (await countsIn(section, loaders)).sold,
    keptBack: async (section, _args, { loaders }) => (await countsIn(section, loaders)).keptBack,
  },
  Seat: { label: labelOf },
  SeatMap,
  SeatMapChange,
  SeatsChanged: {
    // A map is kept for long; its date may have been moved or cancelled since.
    schedule: async ({ schedule }, _args, { loaders }) =>
      (await loaders.schedules.load(schedule.id)) ?? schedule,
    seats: ({ seats }, _args, context, info) => knownSeats(seats, context, info),
    seatMap: (changed) => changed,
  },
  SeatHold: { reservation: ({ reservationId }) => ({ id: reservationId }) },
  HoldSeatsResult: {
    __resolveType: (value) =>
      'reservationId' in value ? 'SeatHold' : 'seatIds' in value ? 'SeatsTaken' : 'Refusal',
  },
  Hall,
  HallResult: { __resolveType: (value) => (isRefusal(value) ? 'Refusal' : 'Hall') },
  OfferResult: {
    __resolveType: (value) => (isRefusal(value) ? 'Refusal' : 'seatIds' in value ? 'SeatsTaken' : 'Schedule'),
  },
  ChangeConcertResult: { __resolveType: (value) => (isRefusal(value) ? 'Refusal' : 'Concert') },
  ConcertResult: { __resolveType: (value) => (isRefusal(value) ? 'Refusal' : 'Concert') },
  MoveScheduleResult: { __resolveType: (value) => (isRefusal(value) ? 'Refusal' : 'Schedule') },
  ScheduleResult: { __resolveType: (value) => (isRefusal(value) ? 'Refusal' : 'Schedule') },
};
