import { isId } from '@frontrow/kit/ids';
import { checkIdempotencyKey } from '@frontrow/kit/idempotency';
import type { KeyedCall } from '@frontrow/kit/idempotency';
import { refuse } from '@frontrow/kit/refusal';
import { currentTraceparent } from '@frontrow/kit/trace';
import { isPublished, whyNotForSale } from '../domain/sale.ts';
import { SaleChanged } from '../sales.ts';
import type { Hold } from '../domain/hold.ts';
import type { SaleDependencies } from './sale-dependencies.ts';
import { checkPass } from './check-pass.ts';
import { holdBestAvailable } from './hold-best-available.ts';
import { holdTogether, withEarlierAnswers } from './hold-together.ts';
import type { SeatCall } from './take-seats.ts';
import { wantedSeats } from './wanted-seats.ts';
import type { SeatWish, WantedSeats } from './wanted-seats.ts';

export interface HoldRequest extends SeatWish {
  readonly scheduleId: string;
  readonly admissionToken: string;
  readonly idempotencyKey: string;
}

/**
 * Holds all the seats that a fan asks for, or none.
 * @throws BAD_USER_INPUT if the request makes no sense, SERVICE_UNAVAILABLE while the pass cannot be verified
 */
export async function holdSeats(saleDeps: SaleDependencies, userId: string, request: HoldRequest, now: Date) {
  checkIdempotencyKey(request.idempotencyKey);
  const wanted = wantedSeats(request);
  const { scheduleId, idempotencyKey: key } = request;
  // The pass is not part of the arguments: it only proves who may ask, and a fan may repeat a call with a newer one.
  const call: KeyedCall = { userId, key, operation: 'holdSeats', args: { scheduleId, wanted }, now };
  for (;;) {
    try {
      return await holdOnce(saleDeps, call, request, wanted);
    } catch (error) {
      // An operator has changed the sale meanwhile, so it is read again, and the call is decided by what it is now.
      if (!(error instanceof SaleChanged)) throw error;
      saleDeps.sales.forget(scheduleId);
    }
  }
}

async function holdOnce(
  saleDeps: SaleDependencies,
  call: KeyedCall,
  request: HoldRequest,
  wanted: WantedSeats,
) {
  const admitted = await admit(saleDeps, call, request, wanted.count);
  if ('code' in admitted) return asBefore(saleDeps, call, admitted);
  if (wanted.seatIds !== undefined) return holdNamed(saleDeps, { ...admitted, seatIds: wanted.seatIds });
  return asBefore(saleDeps, call, await holdBestAvailable(saleDeps, admitted, wanted));
}

/** The answer that the same call got before, if there was one. */
async function asBefore<Refused extends object>(
  saleDeps: SaleDependencies,
  call: KeyedCall,
  answer: Hold | Refused | null,
) {
  const [final] = await withEarlierAnswers(saleDeps.outbox.database.manager, [call], [answer]);
  return final as Exclude<typeof final, undefined | 'busy'>;
}

/** Whether the fan may ask for so many seats of this schedule now. */
async function admit(saleDeps: SaleDependencies, call: KeyedCall, request: HoldRequest, count: number) {
  const { scheduleId, admissionToken } = request;
  const sale = isId(scheduleId) ? await saleDeps.sales.find(scheduleId, call.now) : null;
  if (sale === null || !isPublished(sale, call.now)) return refuse('NOT_FOUND', 'There is no such schedule.');
  const notForSale = whyNotForSale(sale, count, call.now);
  if (notForSale !== null) return notForSale;
  const admission = await checkPass(saleDeps.passKeys, admissionToken, call.userId, sale, call.now);
  if ('code' in admission) return admission;
  return { call, sale, ticketId: admission.ticketId, traceparent: currentTraceparent() };
}

async function holdNamed(saleDeps: SaleDependencies, call: SeatCall) {
  const answer = await saleDeps.holdTogether(call.sale.scheduleId, call);
  if (answer !== 'busy') return answer;
  // A call that has to wait for another transaction is made alone, so that it delays nobody else.
  const [alone] = await holdTogether(saleDeps, [call], 'wait');
  return alone as Exclude<typeof alone, undefined | 'busy'>;
}
