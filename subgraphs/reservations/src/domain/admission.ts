import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Reservation } from './reservation.ts';
import type { SeatTicket } from './seat-ticket.ts';

/** A ticket was shown at a door. */
export interface Scan {
  /** Made up by the door: the same scan, told again, is still one. */
  readonly id: string;
  readonly ticketId: string;
  readonly scheduleId: string;
  /** As its staff call it. */
  readonly door: string;
  readonly at: Date;
  /** The user who scanned. */
  readonly scannedBy: string;
  /** Whether the door had no network, and let the ticket in on its own: then somebody is inside, whatever is decided now. */
  readonly wasLetIn: boolean;
}

/** The one scan by which a ticket has entered. */
export interface Admission extends Omit<Scan, 'wasLetIn'> {
  readonly reservationId: string;
}

/** A scan by which somebody came in though the ticket entered by another one, or was void. */
export interface Conflict extends Admission {
  readonly reason: 'ADMITTED_ELSEWHERE' | 'VOID';
}

/** What becomes of a scan. Where it changes something, `admit` and `note` say what is stored. */
export interface ScanDecision {
  readonly answer: Admission | { readonly already: Admission } | Refusal<'TICKET_VOID'>;
  readonly admit?: Admission;
  readonly note?: Conflict;
}

/**
 * Decides whether a ticket enters by this scan: once. Of scans that let somebody in without asking, the earlier one counts, whenever it
 * is heard of; one that asks first never takes the place of another. Told twice, it is answered alike.
 * @param entered by which scan the ticket has entered, as far as is known
 */
export function decideScan(
  { id: reservationId, status }: Reservation,
  { voidedAt }: SeatTicket,
  entered: Admission | undefined,
  { wasLetIn, ...scan }: Scan,
): ScanDecision {
  const admission: Admission = { ...scan, reservationId };
  if (entered?.id === scan.id) return { answer: entered };
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
