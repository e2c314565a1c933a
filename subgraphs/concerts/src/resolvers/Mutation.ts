import { asOperator } from '@frontrow/events/operator-action';
import { requireViewer } from '@frontrow/kit/viewer';
import { addSchedule } from '../operations/add-schedule.ts';
import { createConcert } from '../operations/create-concert.ts';
import { holdSeats } from '../operations/hold-seats.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  holdSeats: (_, { input }, { viewer, office }) =>
    holdSeats(office, requireViewer(viewer).id, input, new Date()),
  createConcert: (_, { input }, { viewer, office }) => {
    const acting = asOperator(viewer, 'createConcert');
    return createConcert(office.outbox, acting, { ...input, maxSeatsPerFan: input.maxSeatsPerFan ?? 4 });
  },
  addSchedule: (_, { input }, { viewer, office }) =>
    addSchedule(office.outbox, asOperator(viewer, 'addSchedule'), input, new Date()),
};
