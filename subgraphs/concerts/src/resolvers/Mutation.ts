import { asOperator } from '@frontrow/events/operator-action';
import { checkIdempotencyKey } from '@frontrow/kit/idempotency';
import { isRefusal } from '@frontrow/kit/refusal';
import { requireViewer } from '@frontrow/kit/viewer';
import { addSchedule } from '../operations/add-schedule.ts';
import { addScheduleInHall } from '../operations/add-schedule-in-hall.ts';
import { changeConcert } from '../operations/change-concert.ts';
import { cancelSchedule } from '../operations/cancel-schedule.ts';
import { createConcert } from '../operations/create-concert.ts';
import { holdSeats } from '../operations/hold-seats.ts';
import { changeOffer } from '../operations/offer-seats.ts';
import { saveHall } from '../operations/save-hall.ts';
import { drawnHall } from './hall-input.ts';
import { moveSchedule } from '../operations/move-schedule.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  holdSeats: (_, { input }, { viewer, saleDeps }) =>
    holdSeats(saleDeps, requireViewer(viewer).id, input, new Date()),
  createConcert: (_, { input }, { viewer, saleDeps }) => {
    const { id: userId } = requireViewer(viewer);
    const acting = asOperator(viewer, 'createConcert');
    const { idempotencyKey: key, publishAt, ...described } = input;
    if (key != null) checkIdempotencyKey(key);
    const most = input.maxSeatsPerFan ?? 4;
    const concert = { ...described, maxSeatsPerFan: most, publishAt: publishAt ?? undefined };
    return createConcert(
      saleDeps,
      acting,
      concert,
      key == null ? undefined : { userId, key, now: new Date() },
    );
  },
  changeConcert: (_, { input }, { viewer, saleDeps }) => {
    const acting = asOperator(viewer, 'changeConcert');
    const { id, version, title, artist, description, salesOpenAt, maxSeatsPerFan, publishAt } = input;
    return changeConcert(saleDeps.outbox, acting, {
      ...{ id, version },
      // What is not given stays as it is.
      ...(title != null && { title }),
      ...(artist != null && { artist }),
      ...(description != null && { description }),
      ...(salesOpenAt != null && { salesOpenAt }),
      ...(maxSeatsPerFan != null && { maxSeatsPerFan }),
      ...(publishAt != null && { publishAt }),
    });
  },
  addSchedule: async (_, { input }, { viewer, saleDeps, layouts }) => {
    const added = await addSchedule(saleDeps.outbox, asOperator(viewer, 'addSchedule'), input, new Date());
    if (!isRefusal(added)) await layouts.prepare(added.id);
    return added;
  },
  saveHall: (_, { input }, { viewer, saleDeps }) =>
    saveHall(saleDeps.outbox, asOperator(viewer, 'saveHall'), drawnHall(input), new Date()),
  addScheduleInHall: (_, { input }, { viewer, saleDeps }) =>
    addScheduleInHall(saleDeps.outbox, asOperator(viewer, 'addScheduleInHall'), input, new Date()),
  keepSeatsBack: (_, { input }, { viewer, saleDeps }) =>
    changeOffer(saleDeps.outbox, asOperator(viewer, 'keepSeatsBack'), 'keepBack', input),
  giveSeatsFree: (_, { input }, { viewer, saleDeps }) =>
    changeOffer(saleDeps.outbox, asOperator(viewer, 'giveSeatsFree'), 'giveFree', input),
  cancelSchedule: (_, { id }, { viewer, saleDeps }) =>
    cancelSchedule(saleDeps.outbox, asOperator(viewer, 'cancelSchedule'), id, new Date()),
  moveSchedule: (_, { input }, { viewer, saleDeps }) =>
    moveSchedule(saleDeps.outbox, asOperator(viewer, 'moveSchedule'), input, new Date()),
};
