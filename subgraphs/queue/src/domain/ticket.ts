import { ticketAdmitted, ticketEnded } from '@frontrow/events/contracts/queue';
import type { TicketEnd } from '@frontrow/events/contracts/queue';
import { unchanged } from '@frontrow/events/decision';
import type { Decision } from '@frontrow/events/decision';

/** What a ticket keeps from the moment a fan joins. */
interface Issued {
  readonly id: string;
  readonly concertId: string;
  readonly userId: string;
  /** The place in the order of joining, from 1 without gaps within a concert. */
  readonly number: number;
  readonly joinedAt: Date;
  /** When the fan last looked, to within `seenEveryMs`. */
  readonly lastSeenAt: Date;
}

export interface Waiting extends Issued {
  readonly status: 'WAITING';
  readonly admittedAt: null;
  readonly expiresAt: null;
  readonly maxActive: null;
}

/** The instant of the admission; all fans of one wave share it. */
export interface Admission {
  readonly admittedAt: Date;
  /** When the admission ends by itself. Nothing moves this instant; a hold made before it may be paid without the admission. */
  readonly expiresAt: Date;
  /** The room's maxActive at that moment; null for admissions from before this was kept. */
  readonly maxActive: number | null;
}

export interface Admitted extends Issued, Admission {
  readonly status: 'ADMITTED';
}

export interface Ended extends Issued {
  readonly status: 'COMPLETED' | 'EXPIRED' | 'LEFT';
  readonly endedAt: Date;
  readonly endedBecause: TicketEnd;
  readonly admittedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly maxActive: number | null;
}

export type Ticket = Waiting | Admitted | Ended;

/** How often a look at a ticket is noted, in ms; much shorter than the grace of `room.ts`. */
export const seenEveryMs = 10_000;

export const issue = (
  to: { id: string; concertId: string; userId: string; number: number },
  now: Date,
): Waiting => ({
  ...to,
  status: 'WAITING',
  joinedAt: now,
  lastSeenAt: now,
  admittedAt: null,
  expiresAt: null,
  maxActive: null,
});

export function admit(ticket: Waiting, admission: Admission): Decision<Ticket> {
  const { id, userId, concertId } = ticket;
  const expiresAt = admission.expiresAt.toISOString();
  return {
    next: { ...ticket, ...admission, status: 'ADMITTED' },
    events: [ticketAdmitted.about(id, { ticketId: id, userId, concertId, expiresAt })],
  };
}

const statusOfEnd = {
  COMPLETED: 'COMPLETED',
  EXPIRED: 'EXPIRED',
  LEFT: 'LEFT',
  ABANDONED: 'LEFT',
} as const satisfies Record<TicketEnd, Ended['status']>;

/** Every end emits an event, because the pass must stop working and the place goes to the next fan. */
export function end(ticket: Waiting | Admitted, reason: TicketEnd, now: Date): Decision<Ticket> {
  const { id, userId, concertId } = ticket;
  return {
    next: { ...ticket, status: statusOfEnd[reason], endedAt: now, endedBecause: reason },
    events: [ticketEnded.about(id, { ticketId: id, userId, concertId, reason })],
  };
}

/** The fan gives up the place in the line, or the admission. */
export const leave = (found: Ticket, now: Date): Decision<Ticket> =>
  isLive(found) ? end(found, 'LEFT', now) : unchanged(found);

/**
 * The fan has bought seats. Only an ADMITTED ticket can be completed, because the place of a ticket that has ended may be another fan's
 * already.
 */
export const complete = (found: Ticket, now: Date): Decision<Ticket> =>
  found.status === 'ADMITTED' ? end(found, 'COMPLETED', now) : unchanged(found);

/** Ends an admission whose time is over, whatever seats the fan holds: they can be paid without it, and the next fan waits. */
export const expire = (found: Ticket, now: Date): Decision<Ticket> =>
  found.status === 'ADMITTED' && found.expiresAt <= now ? end(found, 'EXPIRED', now) : unchanged(found);

/** Whether the ticket has not ended. A fan has at most one live ticket of a concert. */
export const isLive = (ticket: Ticket): ticket is Waiting | Admitted =>
  ticket.status === 'WAITING' || ticket.status === 'ADMITTED';

/** Whether a look at the ticket is worth a write. */
export const isSeenAnew = (ticket: Ticket, now: Date): ticket is Waiting =>
  ticket.status === 'WAITING' && now.getTime() - ticket.lastSeenAt.getTime() >= seenEveryMs;
