import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { isRefusal, refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { EntityManager } from 'typeorm';
import { entriesFrom } from '../domain/admission.ts';
import { cancelByFan } from '../domain/decide-reservation.ts';
import type { Reservation } from '../domain/reservation.ts';
import { hasEntered } from '../storage/admissions.ts';
import { findMovesOf } from '../storage/moved-schedules.ts';
import { lockReservation } from '../storage/reservations.ts';
import { carryOut } from './carry-out.ts';

const notFound = () => refuse('NOT_FOUND', 'You have no reservation with this id.');

const notReadyYet = () =>
  refuse('NOT_READY_YET', 'The news of this reservation has not arrived here yet.', {
    retryable: true,
  });

export interface CancelCall {
  readonly id: string;
  readonly userId: string;
  /** Matters if the reservation is unknown: whether its id was given out, so that news of its hold is on its way. */
  readonly mayStillCome: boolean;
  readonly now: Date;
}

/** Cancels a reservation for the fan who has it. Nobody else can, not even an operator. */
export async function cancelReservation(
  outbox: Outbox,
  { id, userId, mayStillCome, now }: CancelCall,
): Promise<Reservation | Refusal<'NOT_FOUND' | 'NOT_READY_YET' | 'NOT_CANCELLABLE'>> {
  if (!isId(id)) return notFound();
  return outbox.transaction(async (tx) => {
    const found = await lockReservation(tx.manager, id);
    if (found === undefined && mayStillCome) return notReadyYet();
    if (found?.userId !== userId) return notFound();
    const entered = found.status === 'CONFIRMED' && (await hasEnteredSince(tx.manager, found));
    const decision = cancelByFan(found, now, entered);
    return isRefusal(decision) ? decision : carryOut(tx, found, decision, now);
  });
}

/** Whether a ticket has entered, at the time at which the show takes place now. */
async function hasEnteredSince(manager: EntityManager, { id, scheduleId }: Reservation): Promise<boolean> {
  const [move] = await findMovesOf(manager, [scheduleId]);
  return hasEntered(manager, id, move && entriesFrom(move));
}
