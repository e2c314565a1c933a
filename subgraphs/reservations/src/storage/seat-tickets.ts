import { columnsOf, inColumns, insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager } from 'typeorm';
import type { SeatTicket } from '../domain/seat-ticket.ts';
import { ticketRows } from './entities.ts';

// Whoever makes tickets, or voids them, has locked their reservation before.

/** A seat that has a ticket keeps it. */
export const insertTickets = (manager: EntityManager, tickets: readonly SeatTicket[]): Promise<void> =>
  insertMissingRows(manager, 'seat_tickets', tickets.map(inColumns(ticketRows)));

/** Tickets that are void already stay as they are. */
export async function voidTickets(
  manager: EntityManager,
  reservationIds: readonly string[],
  now: Date,
): Promise<void> {
  if (reservationIds.length === 0) return;
  await manager.query(
    'UPDATE seat_tickets SET voided_at = ? WHERE reservation_id IN (?) AND voided_at IS NULL',
    [now, [...reservationIds].sort()],
  );
}

/** The tickets of reservations, in the order of their seats. */
export const findTickets = (
  manager: EntityManager,
  reservationIds: readonly string[],
): Promise<SeatTicket[]> =>
  manager.query<SeatTicket[]>(
    `SELECT ${columnsOf(ticketRows)} FROM seat_tickets WHERE reservation_id IN (?) ORDER BY reservation_id, position`,
    [reservationIds],
  );

/** The reservation that a ticket belongs to. */
export async function reservationOfTicket(manager: EntityManager, id: string): Promise<string | undefined> {
  const [row] = await manager.query<{ reservationId: string }[]>(
    'SELECT reservation_id AS reservationId FROM seat_tickets WHERE id = ?',
    [id],
  );
  return row?.reservationId;
}

/** A ticket's place among those of a schedule. */
export interface TicketPlace {
  readonly reservationId: string;
  readonly position: number;
}

/** The first `count` valid tickets of a schedule after a place. */
export const findGoodTickets = (
  manager: EntityManager,
  scheduleId: string,
  { reservationId, position }: TicketPlace,
  count: number,
): Promise<(TicketPlace & { readonly id: string })[]> =>
  manager.query(
    `SELECT t.id, t.reservation_id AS reservationId, t.position
     FROM reservations r JOIN seat_tickets t ON t.reservation_id = r.id
     WHERE r.schedule_id = ? AND r.status = 'CONFIRMED' AND t.voided_at IS NULL
       AND r.id >= ? AND (t.reservation_id > ? OR t.position > ?)
     ORDER BY t.reservation_id, t.position LIMIT ?`,
    [scheduleId, reservationId, reservationId, position, count],
  );
