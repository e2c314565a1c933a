import { isId } from '@frontrow/kit/ids';
import { lastMinutes, ofEach } from '@frontrow/kit/minutes';
import { isOperator } from '@frontrow/kit/viewer';
import { findCancelledSchedule, findProgress, findTotalsOf } from '../storage/cancelled-schedules.ts';
import { findMoveProgress, findMovesOf } from '../storage/moved-schedules.ts';
import { findSalesMinutes, findSalesOf } from '../storage/sales.ts';
import type { ScheduleResolvers, ScheduleSalesResolvers } from './types.generated.ts';

export const Schedule: ScheduleResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  sales: async ({ id: scheduleId }, _args, { viewer, outbox }) =>
    isOperator(viewer) ? { scheduleId, ...(await findSalesOf(outbox.database.manager, scheduleId)) } : null,
  reservationTotals: ({ id }, _args, { viewer, outbox }) =>
    isOperator(viewer) ? findTotalsOf(outbox.database.manager, id) : null,
  cancellation: async ({ id }, _args, { viewer, outbox }) => {
    if (!isOperator(viewer)) return null;
    const found = await findCancelledSchedule(outbox.database.manager, id);
    return found === undefined ? null : { ...found, ...(await findProgress(outbox.database.manager, id)) };
  },
  move: async ({ id }, _args, { viewer, outbox: { database } }) => {
    if (!isOperator(viewer)) return null;
    const [found] = await findMovesOf(database.manager, [id]);
    return found === undefined ? null : { ...found, ...(await findMoveProgress(database.manager, found)) };
  },
};

export const ScheduleSales: ScheduleSalesResolvers = {
  history: async ({ scheduleId }, args, { outbox, now }) => {
    const minutes = lastMinutes(args.minutes, now());
    const kept = await findSalesMinutes(outbox.database.manager, scheduleId, minutes[0]);
    return ofEach(minutes, kept, (at) => ({ at, purchases: 0, revenue: 0 }));
  },
};
