import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import type { EntityManager } from 'typeorm';
import type { Reservation } from '../domain/reservation.ts';
import { ticketsFollowing } from '../domain/seat-ticket.ts';
import type { SeatTicket } from '../domain/seat-ticket.ts';
import { lockReservations, updateReservations } from '../storage/reservations.ts';
import { insertTickets, voidTickets } from '../storage/seat-tickets.ts';

/**
 * Stores the new states of reservations that this transaction has locked, and changes their tickets accordingly: tickets are made
 * with the confirmation and become void with its end. This takes one more statement for all that are confirmed together.
 */
export async function storeChanges(
  manager: EntityManager,
  changed: readonly Reservation[],
  now: Date,
): Promise<void> {
  await updateReservations(manager, changed);
  await storeTickets(manager, changed, now);
}

async function storeTickets(manager: EntityManager, of: readonly Reservation[], now: Date): Promise<void> {
  const { issued, voided } = ticketsFollowing(of, newId);
  await insertTickets(manager, issued);
  await voidTickets(manager, voided, now);
}

/** Whether a replica of a release without tickets has confirmed or cancelled this reservation. */
export const isBehind = ({ status, seats }: Reservation, tickets: readonly SeatTicket[]): boolean =>
  status === 'CONFIRMED' ? tickets.length < seats.length : tickets.some(({ voidedAt }) => voidedAt === null);

/** Makes or voids the tickets that such a replica did not. */
export const catchUp = (outbox: Outbox, id: string, now: Date): Promise<void> =>
  outbox.transaction(async ({ manager }) => {
    await storeTickets(manager, await lockReservations(manager, [id]), now);
  });
