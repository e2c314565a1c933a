import { isId } from '@frontrow/kit/ids';
import { checkIdempotencyKey, effectOf, keyReused } from '@frontrow/kit/idempotency';
import type { KeyedCall } from '@frontrow/kit/idempotency';
import { refuse } from '@frontrow/kit/refusal';
import { seatsTaken } from '../domain/hold.ts';
import type { Hold } from '../domain/hold.ts';
import { whyNotForSale } from '../domain/sale.ts';
import { findHold } from '../storage/holds.ts';
import { findSale } from '../storage/schedules.ts';
import { lookAtSeats } from '../storage/seats.ts';
import type { BoxOffice } from './box-office.ts';
import { checkPass } from './check-pass.ts';
import { holdBestAvailable } from './hold-best-available.ts';
import { takeSeats } from './take-seats.ts';
import type { Customer } from './take-seats.ts';
import { wantedSeats } from './wanted-seats.ts';
import type { SeatWish, WantedSeats } from './wanted-seats.ts';

export interface HoldRequest extends SeatWish {
  readonly scheduleId: string;
  readonly admissionToken: string;
  readonly idempotencyKey: string;
}

/**
 * Holds all the seats that a fan asks for, or none.
 * @throws BAD_USER_INPUT when the request makes no sense, SERVICE_UNAVAILABLE while the pass cannot be verified
 */
export async function holdSeats(office: BoxOffice, userId: string, request: HoldRequest, now: Date) {
  checkIdempotencyKey(request.idempotencyKey);
  const wanted = wantedSeats(request);
  const { scheduleId, idempotencyKey: key } = request;
  // The pass proves who may ask; it is no part of what is asked. A fan may repeat a call with a newer one.
  const call: KeyedCall = { userId, key, operation: 'holdSeats', args: { scheduleId, wanted }, now };
  const answer = await tryToHold(office, call, request, wanted);
  // A repeated call is refused only after a look at its key: the seats may be taken by the call that it repeats, and
  // the pass may have ended since.
  const isHold = 'reservationId' in answer;
  return isHold ? answer : ((await answeredBefore(office, call)) ?? answer);
}

async function tryToHold(office: BoxOffice, call: KeyedCall, request: HoldRequest, wanted: WantedSeats) {
  const { manager } = office.outbox.database;
  const { scheduleId, admissionToken } = request;
  const sale = isId(scheduleId) ? await findSale(manager, scheduleId) : null;
  if (sale === null) return refuse('NOT_FOUND', 'There is no such schedule.');
  const notForSale = whyNotForSale(sale, wanted.count, call.now);
  if (notForSale !== null) return notForSale;
  const admission = await checkPass(office, admissionToken, call.userId, sale, call.now);
  if ('code' in admission) return admission;
  const customer: Customer = { call, sale, ticketId: admission.ticketId };
  return wanted.seatIds === undefined
    ? holdBestAvailable(office, customer, wanted)
    : holdNamed(office, customer, wanted.seatIds);
}

async function holdNamed(office: BoxOffice, customer: Customer, seatIds: readonly string[]) {
  // In a rush most calls want what somebody has already: this look costs them no transaction, and others no wait.
  const { manager } = office.outbox.database;
  const isKnown = seatIds.every(isId);
  const found = isKnown ? await lookAtSeats(manager, customer.sale.scheduleId, seatIds) : [];
  if (found.length < seatIds.length) {
    return refuse('NOT_FOUND', 'At least one of the seats does not exist in this schedule.');
  }
  const taken = found.filter(({ status }) => status !== 'AVAILABLE');
  if (taken.length > 0) return seatsTaken(taken.map(({ id }) => id));
  return takeSeats(office, customer, seatIds, 'wait');
}

async function answeredBefore(office: BoxOffice, call: KeyedCall) {
  const { manager } = office.outbox.database;
  const effect = await effectOf(manager, call);
  if (effect === 'nothing') return null;
  return effect === 'other-arguments' ? keyReused() : ((await findHold(manager, effect.effectId)) as Hold);
}
