import { asOperator } from '@frontrow/events/operator-action';
import { badUserInput } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import { fromCursor, toCursor } from '@frontrow/kit/page';
import { text } from '@frontrow/kit/text';
import { requireStaff, requireViewer } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { admitTicket } from '../operations/admit-ticket.ts';
import { cancelReservation } from '../operations/cancel-reservation.ts';
import { pauseShowEnd } from '../operations/end-show.ts';
import { exportAttendees } from '../operations/export-attendees.ts';
import type { TicketPlace } from '../storage/seat-tickets.ts';
import type { MutationResolvers, OfflineScanInput } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  cancelReservation: (_root, { id }, { outbox, arrivals, viewer, now }) => {
    const { id: userId } = requireViewer(viewer);
    const mayStillCome = arrivals.mayStillCome(id);
    return arrivals.retry([id], () => cancelReservation(outbox, { id, userId, mayStillCome, now: now() }));
  },
  exportAttendees: async (_root, { input: { scheduleId, after } }, { outbox, viewer }) => {
    const acting = asOperator(viewer, 'exportAttendees');
    if (!isId(scheduleId)) throw badUserInput('input.scheduleId', 'must be the id of a schedule.');
    const key = fromCursor(after, (text) => placeOf(text) !== undefined);
    const { attendees, next } = await exportAttendees(outbox, acting, scheduleId, placeOf(key ?? ''));
    return { attendees, cursor: next ? toCursor(`${next.reservationId} ${String(next.position)}`) : null };
  },
  admitTicket: (_root, { input }, context) => {
    const { scheduleId } = input;
    return admit({ scan: input, scheduleId, wasLetIn: false, argument: 'input' }, context);
  },
  syncAdmissions: async (_root, { input: { scheduleId, scans } }, context) => {
    if (scans.length === 0 || scans.length > 100) throw badUserInput('input.scans', 'must be 1 to 100.');
    const results = [];
    // One after the other, because each waits for its own lock only, and these scans have happened already.
    for (const [index, scan] of scans.entries()) {
      const argument = `input.scans.${String(index)}`;
      const result = await admit({ scan, scheduleId, wasLetIn: true, argument }, context);
      results.push({ clientId: scan.clientId, result });
    }
    return results;
  },
  pauseCancellation: (_root, { scheduleId, paused }, { outbox, viewer, now }) =>
    pauseShowEnd(outbox, asOperator(viewer, 'pauseCancellation'), { scheduleId, paused, now: now() }),
};

function placeOf(key: string): TicketPlace | undefined {
  const [reservationId = '', position = ''] = key.split(' ');
  return isId(reservationId) && /^\d{1,3}$/.test(position)
    ? { reservationId, position: Number(position) }
    : undefined;
}

interface ScanCall {
  readonly scan: OfflineScanInput;
  readonly scheduleId: string;
  readonly wasLetIn: boolean;
  /** The name of the scan in messages about mistakes. */
  readonly argument: string;
}

function admit({ scan, scheduleId, wasLetIn, argument }: ScanCall, context: Context) {
  const { outbox, ticketKeys, viewer, now } = context;
  const { id: scannedBy } = requireStaff(viewer);
  if (!isId(scheduleId)) throw badUserInput('input.scheduleId', 'must be the id of a schedule.');
  if (!isId(scan.clientId)) throw badUserInput(`${argument}.clientId`, 'must be a UUID.');
  const door = text(`${argument}.door`, scan.door, { min: 1, max: 64 });
  const reported = { id: scan.clientId, scheduleId, code: scan.code, door, at: scan.at, scannedBy, wasLetIn };
  return admitTicket(outbox, ticketKeys, reported, now());
}
