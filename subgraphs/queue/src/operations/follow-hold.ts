import type { Transaction } from '@frontrow/events/outbox';
import { lastAsLongAs } from '../domain/ticket.ts';
import { endHold, insertHold, openHoldEnds } from '../storage/holds.ts';
import { changeTicket } from './change-ticket.ts';

/** The fan holds seats: the admission lasts at least until the hold expires. */
export const extendByHold = (
  tx: Transaction,
  hold: { reservationId: string; ticketId: string; expiresAt: Date },
): Promise<void> =>
  changeTicket(tx, hold.ticketId, async (found) => {
    await insertHold(tx.manager, hold);
    return lastAsLongAs(found, await openHoldEnds(tx.manager, hold.ticketId));
  });

/** The hold is cancelled: the admission ends at its own end, or with another hold. That may have passed already. */
export const withdrawExtension = (
  tx: Transaction,
  hold: { reservationId: string; ticketId: string },
): Promise<void> =>
  changeTicket(tx, hold.ticketId, async (found) => {
    await endHold(tx.manager, hold);
    return lastAsLongAs(found, await openHoldEnds(tx.manager, hold.ticketId));
  });
