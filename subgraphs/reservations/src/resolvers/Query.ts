import { maySee } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import type { QueryResolvers } from './types.generated.ts';

/** Null when there is none, or the viewer may not see it. One that was just given out is waited for. */
export async function visibleReservation(id: string, { reservations, arrivals, viewer }: Context) {
  const reservation = await arrivals.load(reservations, id);
  return reservation !== null && maySee(viewer, reservation.userId) ? reservation : null;
}

export const Query: QueryResolvers = {
  reservation: (_root, { id }, context) => visibleReservation(id, context),
  ticketKeys: async (_root, _args, { ticketKeys }) =>
    (await ticketKeys.jwks()).keys.map(({ kid = '', x = '' }) => ({ id: kid, publicKey: x })),
};
