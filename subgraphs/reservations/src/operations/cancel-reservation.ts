import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { isRefusal, refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { cancelByFan } from '../domain/reservation.ts';
import type { Reservation } from '../domain/reservation.ts';
import { hasEntered } from '../storage/admissions.ts';
import { lockReservation } from '../storage/reservations.ts';
import { carryOut } from './carry-out.ts';

const notFound = () => refuse('NOT_FOUND', 'You have no reservation with this id.');

const notReadyYet = () =>
  refuse('NOT_READY_YET', 'The hold of this reservation has not been heard of here yet.', {
    retryable: true,
  });

export interface CancelCall {
  readonly id: string;
  readonly userId: string;
  /** Whether the reservation, should it not be known, was given out, so that its hold is on its way. */
  readonly mayStillCome: boolean;
  readonly now: Date;
}

/** Cancels on behalf of the fan whose reservation it is; nobody else's word counts, an operator's neither. */
export async function cancelReservation(
  outbox: Outbox,
  { id, userId, mayStillCome, now }: CancelCall,
): Promise<Reservation | Refusal<'NOT_FOUND' | 'NOT_READY_YET' | 'NOT_CANCELLABLE'>> {
  if (!isId(id)) return notFound();
  return outbox.transaction(async (tx) => {
    const found = await lockReservation(tx.manager, id);
    if (found === undefined && mayStillCome) return notReadyYet();
    if (found?.userId !== userId) return notFound();
    const entered = found.status === 'CONFIRMED' && (await hasEntered(tx.manager, id));
    const decision = cancelByFan(found, now, entered);
    return isRefusal(decision) ? decision : carryOut(tx, found, decision, now);
  });
}
