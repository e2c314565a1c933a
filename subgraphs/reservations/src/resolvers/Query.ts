import { isId } from '@frontrow/kit/ids';
import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { text } from '@frontrow/kit/text';
import { maySee, requireOperator } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { findReservationsBySeat } from '../storage/reservations.ts';
import type { QueryResolvers } from './types.generated.ts';

/** Null when there is none, or the viewer may not see it. One that was just given out is waited for. */
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
  ticketKeys: async (_root, _args, { ticketKeys }) =>
    (await ticketKeys.jwks()).keys.map(({ kid = '', x = '' }) => ({ id: kid, publicKey: x })),
};
