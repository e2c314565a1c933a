import { isId } from '@frontrow/kit/ids';
import { keyReused, lookUpKeys } from '@frontrow/kit/idempotency';
import type { KeyedCall } from '@frontrow/kit/idempotency';
import { refuse } from '@frontrow/kit/refusal';
import type { EntityManager } from 'typeorm';
import { companionMissing, missingCompanions } from '../domain/companions.ts';
import { isHold, seatsTaken } from '../domain/hold.ts';
import type { Hold } from '../domain/hold.ts';
import { findEndedTickets } from '../storage/ended-tickets.ts';
import { findHolds } from '../storage/holds.ts';
import { lookAtSeats } from '../storage/seats.ts';
import type { WhenBusy } from '../storage/seats.ts';
import { admissionEnded } from './check-pass.ts';
import { takeSeats } from './take-seats.ts';
import type { SeatCall, TakeDependencies } from './take-seats.ts';

/**
 * Holds seats that fans have named, for all calls that came together. In a rush most of them want seats that somebody has
 * already. A look that takes no locks refuses those, which saves them a transaction and the others a wait.
 * @param calls calls for one schedule
 * @returns the answer to each call: see `takeSeats`
 */
export async function holdTogether(
  saleDeps: TakeDependencies,
  calls: readonly SeatCall[],
  whenBusy: WhenBusy,
) {
  const { manager } = saleDeps.outbox.database;
  const refused = await lookFirst(manager, calls);
  const [first, ...others] = calls.filter((call) => !refused.has(call));
  const taken = first === undefined ? [] : await takeSeats(saleDeps, [first, ...others], whenBusy);
  let next = 0;
  const answers = calls.map((call) => refused.get(call) ?? taken[next++] ?? null);
  return withEarlierAnswers(
    manager,
    calls.map(({ call }) => call),
    answers,
  );
}

/** Finds the calls that cannot succeed, by the committed state of their seats, and says why. */
async function lookFirst(manager: EntityManager, calls: readonly SeatCall[]) {
  const ended = await findEndedTickets(
    manager,
    calls.map(({ ticketId }) => ticketId),
  );
  const wanted = new Set(calls.flatMap(({ seatIds }) => seatIds).filter(isId));
  const scheduleId = calls[0]?.sale.scheduleId ?? '';
  const found = wanted.size === 0 ? [] : await lookAtSeats(manager, scheduleId, [...wanted]);
  const known = new Map(found.map((seat) => [seat.id, seat]));
  const missingOf = ({ seatIds }: SeatCall) =>
    missingCompanions(seatIds.flatMap((id) => known.get(id) ?? []));
  // The companion of a seat never changes, so this look is enough.
  const missing = [...new Set(calls.flatMap(missingOf))];
  const companions = missing.length === 0 ? [] : await lookAtSeats(manager, scheduleId, missing);
  const whyNot = (call: SeatCall) => {
    const { ticketId, seatIds, sale } = call;
    if (ended.has(ticketId)) return admissionEnded();
    if (!seatIds.every((id) => known.has(id))) {
      return refuse('NOT_FOUND', 'At least one of the seats does not exist in this schedule.');
    }
    const alone = new Set(missingOf(call));
    if (alone.size > 0) {
      return companionMissing(
        sale.sections,
        companions.filter(({ id }) => alone.has(id)),
      );
    }
    const taken = seatIds.filter((id) => known.get(id)?.status !== 'AVAILABLE');
    return taken.length > 0 ? seatsTaken(taken) : undefined;
  };
  return new Map(
    calls.flatMap((call) => {
      const refusal = whyNot(call);
      return refusal === undefined ? [] : [[call, refusal] as const];
    }),
  );
}

/**
 * Gives repeated calls the answer that they got before. A call is refused only after its key was looked up, because the seats may
 * have been taken by the call that it repeats, and the pass may have ended since.
 * @param answers the answers to the calls; null if it is known that there was an earlier one
 */
export async function withEarlierAnswers<Refused extends object>(
  manager: EntityManager,
  calls: readonly KeyedCall[],
  answers: readonly (Hold | Refused | 'busy' | null)[],
): Promise<(Hold | Refused | 'busy' | ReturnType<typeof keyReused>)[]> {
  const refused = calls.filter((_, i) => !isHold(answers[i] ?? null));
  const keys = refused.length === 0 ? undefined : await lookUpKeys(manager, refused);
  const effects = refused.map((call) => keys?.effectOf(call));
  const ids = effects.flatMap((effect) => (typeof effect === 'object' ? effect.effectId : []));
  const holds = new Map((await findHolds(manager, ids)).map((hold) => [hold.reservationId, hold]));
  return calls.map((call, i) => {
    const answer = answers[i] ?? null;
    const effect = isHold(answer) ? 'nothing' : (keys?.effectOf(call) ?? 'nothing');
    if (effect === 'other-arguments') return keyReused();
    // A key is stored together with its hold, or not at all.
    if (effect !== 'nothing') return holds.get(effect.effectId) as Hold;
    if (answer === null) throw new Error('the idempotency key of a call is gone');
    return answer;
  });
}
