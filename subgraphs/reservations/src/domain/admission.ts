import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Reservation, ShowMove } from './reservation.ts';
import type { SeatTicket } from './seat-ticket.ts';

/** A ticket that was shown at a door. */
export interface Scan {
  /** Made up by the door, so that a scan that is sent again still counts once. */
  readonly id: string;
  readonly ticketId: string;
  readonly scheduleId: string;
  /** The door's name, as its staff call it. */
  readonly door: string;
  readonly at: Date;
  /** The user who scanned. */
  readonly scannedBy: string;
  /** Whether the door had no network and let the ticket in on its own. Then somebody is inside, whatever is decided now. */
  readonly wasLetIn: boolean;
}

/** The one scan by which a ticket entered; for a show that was moved since, see `entriesFrom`. */
export interface Admission extends Omit<Scan, 'wasLetIn'> {
  readonly reservationId: string;
}

/** A scan by which somebody came in, although the ticket had entered by another one or was void. */
export interface Conflict extends Admission {
  readonly reason: 'ADMITTED_ELSEWHERE' | 'VOID';
}

/** What becomes of a scan. If something changes, `admit` and `note` say what is stored. */
export interface ScanDecision {
  readonly answer: Admission | { readonly already: Admission } | Refusal<'TICKET_VOID'>;
  readonly admit?: Admission;
  readonly note?: Conflict;
}

/** How long before a moved show starts its doors may open, in ms. If it is moved by less, whoever is inside has entered. */
const doorsOpenMs = 12 * 3_600_000;

/**
 * Scans from this instant on are for the new time of a moved show. Earlier scans were for a time at which the show did not take place: they
 * are history, and their tickets are good again. The time of the scan decides, not the time at which this service hears of it.
 */
export const entriesFrom = ({ startsAt }: Pick<ShowMove, 'startsAt'>): Date =>
  new Date(startsAt.getTime() - doorsOpenMs);

/**
 * Decides whether a ticket enters by this scan; each ticket enters once. Of scans that let somebody in without asking, the
 * earliest counts, whichever is heard of first. A scan that asks first never takes the place of another. A scan that is sent
 * again is answered alike.
 * @param last the scan by which the ticket has entered, as far as is known
 * @param from see `entriesFrom`; undefined for a show that was not moved
 */
export function decideScan(
  { id: reservationId, status }: Reservation,
  { voidedAt }: SeatTicket,
  last: Admission | undefined,
  { wasLetIn, ...scan }: Scan,
  from?: Date,
): ScanDecision {
  const admission: Admission = { ...scan, reservationId };
  if (last?.id === scan.id) return { answer: last };
  const isHistory = ({ at }: Pick<Scan, 'at'>) => from !== undefined && at < from;
  // Whoever came in before the move did so without a network, and there is nothing left to decide.
  if (last !== undefined && isHistory(scan) && !isHistory(last) && wasLetIn) return { answer: admission };
  const entered = last !== undefined && isHistory(last) && !isHistory(scan) ? undefined : last;
  const isGood = status === 'CONFIRMED' && voidedAt === null;
  if (!isGood && entered === undefined) {
    const answer = refuse('TICKET_VOID', 'The reservation of this ticket was cancelled.');
    return wasLetIn ? { answer, note: { ...admission, reason: 'VOID' } } : { answer };
  }
  if (entered === undefined) return { answer: admission, admit: admission };
  if (wasLetIn && scan.at < entered.at) {
    return { answer: admission, admit: admission, note: { ...entered, reason: 'ADMITTED_ELSEWHERE' } };
  }
  const answer = { already: entered };
  return wasLetIn ? { answer, note: { ...admission, reason: 'ADMITTED_ELSEWHERE' } } : { answer };
}
