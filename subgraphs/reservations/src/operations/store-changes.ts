import { newId } from '@frontrow/kit/ids';
import type { EntityManager } from 'typeorm';
import type { Reservation } from '../domain/reservation.ts';
import { ticketsFollowing } from '../domain/seat-ticket.ts';
import { updateReservations } from '../storage/reservations.ts';
import { insertTickets, voidTickets } from '../storage/seat-tickets.ts';

/**
 * Stores the new states of reservations that this transaction has locked, and what they mean for tickets: these are made with
 * the confirmation, and void with its end. One more statement for all that are confirmed together.
 */
export async function storeChanges(
  manager: EntityManager,
  changed: readonly Reservation[],
  now: Date,
): Promise<void> {
  await updateReservations(manager, changed);
  const { issued, voided } = ticketsFollowing(changed, newId);
  await insertTickets(manager, issued);
  await voidTickets(manager, voided, now);
}
