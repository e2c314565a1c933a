import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import type { ReservedSeat } from '@frontrow/events/contracts/fields';
import type { EntityManager } from 'typeorm';
import { entriesFrom } from '../domain/admission.ts';
import type { Reservation } from '../domain/reservation.ts';
import { findShownAdmissions } from '../storage/admissions.ts';
import type { ShownAdmission } from '../storage/admissions.ts';
import { findMovesOf } from '../storage/moved-schedules.ts';
import { findReservations } from '../storage/reservations.ts';
import { findGoodTickets } from '../storage/seat-tickets.ts';
import type { TicketPlace } from '../storage/seat-tickets.ts';

/** A seat for which somebody has a valid ticket. */
export interface Attendee {
  readonly reservation: Reservation;
  readonly seat: ReservedSeat;
  readonly admission: ShownAdmission | null;
}

export interface AttendeePage {
  readonly attendees: Attendee[];
  /** Where the next page begins; undefined if this is the last one. */
  readonly next: TicketPlace | undefined;
}

/** The size of a page, because the names of this many users can be asked for at once. */
const pageSize = 100;

/** Reads who comes to a show, for an operator. The log of operators records each page, because an operator could make up a cursor and begin anywhere. */
export function exportAttendees(
  outbox: Outbox,
  acting: Acting,
  scheduleId: string,
  after: TicketPlace | undefined,
): Promise<AttendeePage> {
  return act(outbox, acting, async ({ manager }) => {
    const answer = await findPage(manager, scheduleId, after ?? { reservationId: '', position: 0 });
    const read = { from: after?.reservationId ?? null, rows: answer.attendees.length };
    return { answer, subjectId: scheduleId, before: null, after: read };
  });
}

async function findPage(
  manager: EntityManager,
  scheduleId: string,
  after: TicketPlace,
): Promise<AttendeePage> {
  const found = await findGoodTickets(manager, scheduleId, after, pageSize + 1);
  const tickets = found.slice(0, pageSize);
  const ids = [...new Set(tickets.map(({ reservationId }) => reservationId))];
  const reservations = ids.length === 0 ? [] : await findReservations(manager, ids);
  const reservationOf = new Map(reservations.map((reservation) => [reservation.id, reservation]));
  const [move] = await findMovesOf(manager, [scheduleId]);
  const entered = await findShownAdmissions(
    manager,
    tickets.map(({ id }) => id),
    move && entriesFrom(move),
  );
  const admissionOf = new Map(entered.map((admission) => [admission.ticketId, admission]));
  const attendees = tickets.flatMap(({ id, reservationId, position }): Attendee[] => {
    const reservation = reservationOf.get(reservationId);
    const seat = reservation?.seats[position];
    if (reservation === undefined || seat === undefined) return [];
    return [{ reservation, seat, admission: admissionOf.get(id) ?? null }];
  });
  return { attendees, next: found.length > pageSize ? tickets.at(-1) : undefined };
}
