import type { Outbox } from '@frontrow/events/outbox';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { EntityManager } from 'typeorm';
import { decideScan, entriesFrom } from '../domain/admission.ts';
import type { Admission, Scan, ScanDecision } from '../domain/admission.ts';
import { findAdmission, noteConflict, storeAdmission } from '../storage/admissions.ts';
import type { ShownAdmission } from '../storage/admissions.ts';
import { findMovesOf } from '../storage/moved-schedules.ts';
import { lockReservation } from '../storage/reservations.ts';
import { findTickets, reservationOfTicket } from '../storage/seat-tickets.ts';
import { readTicketCode, showOf } from '../ticket-code.ts';

/** The refusal of a ticket that has entered by another scan. */
export interface Already {
  readonly already: ShownAdmission;
}

export type ScanOutcome =
  | ShownAdmission
  | Already
  | Refusal<'TICKET_UNKNOWN' | 'TICKET_OF_ANOTHER_SHOW' | 'TICKET_VOID'>;

/** A scan as the door sends it. The code has not been read yet. */
export interface ReportedScan extends Omit<Scan, 'ticketId'> {
  readonly code: string;
}

/**
 * Admits a ticket, or says why not. Whatever crosses this, another door or the fan who cancels, waits for the same lock on the
 * reservation's row, and then decides on the state that it finds.
 */
export async function admitTicket(
  outbox: Outbox,
  keys: Pick<SigningKeys, 'jwks'>,
  { code, ...reported }: ReportedScan,
  now: Date,
): Promise<ScanOutcome> {
  const read = await readTicketCode(keys, code);
  if (read === undefined) return unknown();
  if (read.show !== showOf(reported.scheduleId)) return ofAnotherShow();
  const { ticketId } = read;
  // The clock of a phone may be ahead, but a scan cannot lie in the future.
  const scan: Scan = { ...reported, ticketId, at: reported.at < now ? reported.at : now };
  return outbox.transaction(async ({ manager }) => {
    const reservationId = await reservationOfTicket(manager, ticketId);
    const reservation =
      reservationId === undefined ? undefined : await lockReservation(manager, reservationId);
    const ticket = (reservation && (await findTickets(manager, [reservation.id])))?.find(
      ({ id }) => id === ticketId,
    );
    if (reservation === undefined || ticket === undefined) return unknown();
    if (reservation.scheduleId !== scan.scheduleId) return ofAnotherShow();
    const entered = await findAdmission(manager, ticketId);
    const [move] = await findMovesOf(manager, [scan.scheduleId]);
    const decision = decideScan(reservation, ticket, entered, scan, move && entriesFrom(move));
    await store(manager, decision, entered);
    const show = (admission: Admission): ShownAdmission => ({
      ...admission,
      seatLabel: reservation.seats[ticket.position]?.label ?? '',
    });
    const { answer } = decision;
    if ('already' in answer) return { already: show(answer.already) };
    return 'door' in answer ? show(answer) : answer;
  });
}

async function store(
  manager: EntityManager,
  { admit, note }: ScanDecision,
  entered: Admission | undefined,
): Promise<void> {
  // Doors ask for what was noted since they last asked, so this is the time at which the lock is held, not that at which the wait
  // began.
  const now = new Date();
  if (admit !== undefined) await storeAdmission(manager, admit, entered, now);
  if (note !== undefined) await noteConflict(manager, note, now);
}

const unknown = () =>
  refuse(
    'TICKET_UNKNOWN',
    'This ticket is not valid: its code is forged, or signed with a key that was withdrawn.',
  );
const ofAnotherShow = () => refuse('TICKET_OF_ANOTHER_SHOW', 'The ticket is good, and for another show.');
