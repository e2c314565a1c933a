import { checkIdempotencyKey } from '@frontrow/kit/idempotency';
import { requireOperator, requireViewer } from '@frontrow/kit/viewer';
import { addSchedule } from '../operations/add-schedule.ts';
import { createConcert } from '../operations/create-concert.ts';
import { holdSeats } from '../operations/hold-seats.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  holdSeats: (_, { input }, { viewer, office }) =>
    holdSeats(office, requireViewer(viewer).id, input, new Date()),
  createConcert: (_, { input }, { viewer, office }) => {
    const { id: userId } = requireOperator(viewer);
    const { idempotencyKey: key, ...described } = input;
    if (key != null) checkIdempotencyKey(key);
    const concert = { ...described, maxSeatsPerFan: input.maxSeatsPerFan ?? 4 };
    return createConcert(office, concert, key == null ? undefined : { userId, key, now: new Date() });
  },
  addSchedule: (_, { input }, { viewer, office }) => {
    requireOperator(viewer);
    return addSchedule(office.outbox, input, new Date());
  },
};
