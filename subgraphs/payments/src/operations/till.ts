import type { Outbox } from '@frontrow/events/outbox';
import { isTransient } from '@frontrow/kit/database';
import { groupCommit } from '@frontrow/kit/group-commit';
import { isId } from '@frontrow/kit/ids';
import type { Refusal } from '@frontrow/kit/refusal';
import { currentTraceparent } from '@frontrow/kit/trace';
import { reservationNotFound } from '../domain/decide-payment.ts';
import type { PayRefusal } from '../domain/decide-payment.ts';
import type { ChargeRefusal } from '../domain/decide-charge.ts';
import type { PointEntry } from '../domain/ledger.ts';
import type { Payment } from '../domain/payment.ts';
import { movePoints } from './move-points.ts';
import type { ChargeCall, Outcome, PayCall, PointsCall } from './move-points.ts';

type Reused = Refusal<'IDEMPOTENCY_KEY_REUSED'>;

/** Where fans move points. Calls that arrive while others are being served are served together afterwards. */
export interface Till {
  charge(call: Omit<ChargeCall, 'kind' | 'traceparent'>): Promise<PointEntry | ChargeRefusal | Reused>;
  pay(call: Omit<PayCall, 'kind' | 'traceparent'>): Promise<Payment | PayRefusal | Reused>;
}

/**
 * A single lane makes the largest groups. That costs nothing: calls in it never wait for rows that others have locked, and within
 * a replica no two groups compete for a wallet.
 */
const lane = 'till';

export function createTill(outbox: Outbox): Till {
  const together = groupCommit<PointsCall, PromiseSettledResult<Outcome | 'busy'>>(
    (_lane, calls) => serve(outbox, calls),
    { maxGroup: 100, restMs: 25 },
  );
  const move = async (call: PointsCall): Promise<Outcome> => {
    const served = await together(lane, { ...call, traceparent: currentTraceparent() });
    if (served.status === 'rejected') throw served.reason;
    if (served.value !== 'busy') return served.value;
    // This waits outside the lane, because a replica that hangs may keep the row locked for long; the lane goes on meanwhile.
    const [alone] = await movePoints(outbox, [call]);
    return alone as Outcome;
  };
  return {
    charge: async (call) => (await move({ ...call, kind: 'charge' })) as PointEntry | ChargeRefusal | Reused,
    pay: async (call) => {
      if (!isId(call.reservationId)) return reservationNotFound();
      return (await move({ ...call, kind: 'pay' })) as Payment | PayRefusal | Reused;
    },
  };
}

/** If the group fails, each call is made alone, so that one that cannot be stored does not stop the others. */
async function serve(
  outbox: Outbox,
  calls: readonly PointsCall[],
): Promise<PromiseSettledResult<Outcome | 'busy'>[]> {
  try {
    const outcomes = await movePoints(outbox, calls, 'skip');
    return outcomes.map((value) => ({ status: 'fulfilled', value }));
  } catch (error) {
    if (calls.length === 1 || isTransient(error)) throw error;
    const served: PromiseSettledResult<Outcome | 'busy'>[] = [];
    for (const call of calls) {
      const alone = movePoints(outbox, [call], 'skip').then(([outcome]) => outcome as Outcome | 'busy');
      served.push(...(await Promise.allSettled([alone])));
    }
    return served;
  }
}
