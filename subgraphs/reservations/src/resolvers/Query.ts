import { badUserInput } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { text } from '@frontrow/kit/text';
import { maySee, requireOperator, requireStaff } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { entriesFrom } from '../domain/admission.ts';
import { findChanges } from '../storage/door-list.ts';
import { findMovesOf } from '../storage/moved-schedules.ts';
import { findReservationsBySeat } from '../storage/reservations.ts';
import { beginning, pageOfChanges, placeOf } from './DoorList.ts';
import type { QueryResolvers } from './types.generated.ts';

/** Null if there is no such reservation, or the viewer may not see it. Waits for one whose id was given out just now. */
export async function visibleReservation(id: string, { reservations, arrivals, viewer }: Context) {
  const reservation = await arrivals.load(reservations, id);
  return reservation !== null && maySee(viewer, reservation.userId) ? reservation : null;
}

export const Query: QueryResolvers = {
  reservation: (_root, { id }, context) => visibleReservation(id, context),
  reservationsBySeat: async (_root, { scheduleId, label, ...args }, { viewer, outbox }) => {
    requireOperator(viewer);
    const first = pageSize(args.first);
    const before = fromCursor(args.after, isId);
    const seat = text('label', label, { min: 1, max: 250 });
    const page = { scheduleId, label: seat, before, count: first + 1 };
    const found = await findReservationsBySeat(outbox.database.manager, page);
    return toConnection(found, first, ({ id }) => id, args.after);
  },
  doorList: async (_root, { scheduleId, after }, { viewer, outbox, now }) => {
    requireStaff(viewer);
    if (!isId(scheduleId)) throw badUserInput('scheduleId', 'must be the id of a schedule.');
    const place = placeOf(fromCursor(after, (key) => placeOf(key) !== undefined) ?? '') ?? beginning;
    const asOf = now();
    const { manager } = outbox.database;
    const [move] = await findMovesOf(manager, [scheduleId]);
    const from = move && entriesFrom(move);
    const found = await findChanges(manager, scheduleId, place, pageOfChanges + 1, from);
    return {
      ...{ scheduleId, entriesFrom: from, asOf, hasMore: found.length > pageOfChanges },
      changes: found.slice(0, pageOfChanges),
    };
  },
  ticketKeys: async (_root, _args, { ticketKeys }) =>
    (await ticketKeys.jwks()).keys.map(({ kid = '', x = '' }) => ({ id: kid, publicKey: x })),
};
