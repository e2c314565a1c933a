import { requireOperator, requireViewer } from '@frontrow/kit/viewer';
import { addSchedule } from '../operations/add-schedule.ts';
import { createConcert } from '../operations/create-concert.ts';
import { holdSeats } from '../operations/hold-seats.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  holdSeats: (_, { input }, { viewer, office }) =>
    holdSeats(office, requireViewer(viewer).id, input, new Date()),
  createConcert: (_, { input }, { viewer, office }) => {
    requireOperator(viewer);
    return createConcert(office.outbox, { ...input, maxSeatsPerFan: input.maxSeatsPerFan ?? 4 });
  },
  addSchedule: (_, { input }, { viewer, office }) => {
    requireOperator(viewer);
    return addSchedule(office.outbox, input, new Date());
  },
};
