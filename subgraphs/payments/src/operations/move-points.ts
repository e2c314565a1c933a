import type { Outbox, Transaction } from '@frontrow/events/outbox';
import { keyReused, Keys, lookUpKeys } from '@frontrow/kit/idempotency';
import type { KeyedCall } from '@frontrow/kit/idempotency';
import { newId } from '@frontrow/kit/ids';
import { isRefusal } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { inTrace } from '@frontrow/kit/trace';
import { Books } from '../domain/books.ts';
import { decideCharge } from '../domain/decide-charge.ts';
import { decidePayment } from '../domain/decide-payment.ts';
import type { PointEntry } from '../domain/ledger.ts';
import type { Payment } from '../domain/payment.ts';
import { findEntries } from '../storage/ledger-lines.ts';
import { findPayableIds, lockPayables } from '../storage/payables.ts';
import { findPayments, insertPayments } from '../storage/payments.ts';
import { storeBooks } from '../storage/store-books.ts';
import { findWallets, lockWallets } from '../storage/wallets.ts';

interface Call {
  readonly userId: string;
  readonly idempotencyKey: string;
  /** The trace of the request that made the call. */
  readonly traceparent?: string | undefined;
}

/** Puts points into the fan's wallet, once for each key. */
export interface ChargeCall extends Call {
  readonly kind: 'charge';
  /** In points. */
  readonly amount: number;
}

/** Pays for a reservation, once for each key, and never twice whatever the keys. */
export interface PayCall extends Call {
  readonly kind: 'pay';
  readonly reservationId: string;
  /** Matters if the reservation is unknown: whether its id was given out, so that news of the reservation is on its way. */
  readonly mayStillCome: boolean;
}

export type PointsCall = ChargeCall | PayCall;

/** What a call led to: the entry of a charge, the payment, or the reason why nothing came of it. */
export type Outcome = PointEntry | Payment | Refusal;

/**
 * Carries out, in one transaction, charges and payments that arrived together. Each has its own key, decision and answer, and
 * finds what those before it have left. If the transaction runs again after a COMMIT of unknown outcome, it finds the keys that
 * it stored.
 * @param lock with 'skip', a call that needs a row which another transaction has locked is answered 'busy' and makes nobody wait.
 * The caller must make such a call again, alone, with 'wait'
 */
export const movePoints = (
  outbox: Outbox,
  calls: readonly PointsCall[],
  lock: 'wait' | 'skip' = 'wait',
): Promise<(Outcome | 'busy')[]> => {
  let attempts = 0;
  return outbox.transaction(async (tx) => {
    const { manager } = tx;
    attempts += 1;
    const reservationIds = calls.flatMap((call) => (call.kind === 'pay' ? [call.reservationId] : []));
    // The order is the same everywhere: payables, whose locks cover their payments, then wallets.
    const payables = await lockPayables(manager, reservationIds, lock);
    const userIds = [...new Set(calls.map(({ userId }) => userId))];
    const wallets = await lockWallets(manager, userIds, lock);
    // The clock is read when the rows are locked, because the wait for them may have taken the reservation's last second. Two calls with
    // the same key are of the same fan, so they meet at the wallet's lock.
    const now = new Date();
    const keyed = calls.map((call) => keyedCall(call, now));
    // Hardly any key has been used before, so the keys are not looked up at first. If one has been used, either its call is
    // refused, which makes this look the key up, or storing the key fails, which makes the transaction run again.
    const keys = attempts === 1 ? new Keys([]) : await lookUpKeys(manager, keyed);
    const books = new Books(payables, wallets);
    const isBusy = lock === 'wait' ? () => false : await findBusy(tx, books, calls);

    const made = new Map<string, PointEntry | Payment>();
    const outcomes = calls.map((call, i): { effectId: string } | Refusal | 'busy' => {
      const use = keys.effectOf(keyed[i] as KeyedCall);
      if (use === 'other-arguments') return keyReused();
      if (use !== 'nothing') return use;
      if (isBusy(call)) return 'busy';
      const effect = inTrace(call.traceparent, () => carryOut(tx, books, call, now));
      if (isRefusal(effect)) return effect;
      made.set(effect.id, effect);
      keys.use(keyed[i] as KeyedCall, effect.id);
      return { effectId: effect.id };
    });
    if (attempts === 1) await findEarlierEffects(tx, keyed, outcomes);
    await store(tx, { keys, books, made: [...made.values()] });
    return answers(tx, calls, outcomes, made);
  });
};

/** Replaces the outcome of a call that led to nothing, if its key was used before, by what the key led to then. */
async function findEarlierEffects(
  { manager }: Transaction,
  keyed: readonly KeyedCall[],
  outcomes: ({ effectId: string } | Refusal | 'busy')[],
): Promise<void> {
  const vain = [...outcomes.keys()].filter((i) => outcomes[i] === 'busy' || isRefusal(outcomes[i] as object));
  if (vain.length === 0) return;
  const keys = await lookUpKeys(
    manager,
    vain.map((i) => keyed[i] as KeyedCall),
  );
  for (const i of vain) {
    const use = keys.effectOf(keyed[i] as KeyedCall);
    if (use !== 'nothing') outcomes[i] = use === 'other-arguments' ? keyReused() : use;
  }
}

const keyedCall = (call: PointsCall, now: Date): KeyedCall => ({
  ...{ userId: call.userId, key: call.idempotencyKey, now },
  ...(call.kind === 'charge'
    ? { operation: 'chargePoints', args: { amount: call.amount } }
    : { operation: 'pay', args: { reservationId: call.reservationId } }),
});

/** Decides about a call, and enters the consequences into the books. */
function carryOut(
  tx: Transaction,
  books: Books,
  call: PointsCall,
  now: Date,
): PointEntry | Payment | Refusal {
  const { userId } = call;
  const wallet = books.wallet(userId);
  const ids = { paymentId: newId(), movementId: newId(), entryId: newId(), houseLineId: newId() };
  if (call.kind === 'charge') {
    const charge = decideCharge(wallet, call.amount, now, ids);
    if (isRefusal(charge)) return charge;
    books.move(charge);
    return charge.entry;
  }
  const { reservationId, mayStillCome } = call;
  const payable = books.payable(reservationId);
  const settlement = decidePayment({ userId, payable, mayStillCome, wallet, now, ids });
  if (isRefusal(settlement)) return settlement;
  books.change(settlement.payable);
  books.move(settlement.movement);
  tx.emit(settlement.event);
  return settlement.payment;
}

/** A row that was not found under 'skip' either does not exist or is locked by another transaction. This finds out which. */
async function findBusy({ manager }: Transaction, books: Books, calls: readonly PointsCall[]) {
  const payables = calls.flatMap((call) =>
    call.kind === 'pay' && books.payable(call.reservationId) === null ? [call.reservationId] : [],
  );
  const wallets = calls.flatMap(({ userId }) => (books.wallet(userId) === null ? [userId] : []));
  const busy = new Set([
    ...(payables.length === 0 ? [] : await findPayableIds(manager, payables)),
    ...(wallets.length === 0 ? [] : (await findWallets(manager, wallets)).map(({ userId }) => userId)),
  ]);
  return (call: PointsCall) => busy.has(call.userId) || (call.kind === 'pay' && busy.has(call.reservationId));
}

async function store(
  { manager }: Transaction,
  { keys, books, made }: { keys: Keys; books: Books; made: readonly (PointEntry | Payment)[] },
): Promise<void> {
  await keys.store(manager);
  await insertPayments(manager, made.filter(isPayment));
  await storeBooks(manager, books);
}

const isPayment = (effect: PointEntry | Payment): effect is Payment => 'reservationId' in effect;

/** Turns the ids of effects into the effects: those of this run, and those of keys that were used before, as they are now. */
async function answers(
  { manager }: Transaction,
  calls: readonly PointsCall[],
  outcomes: readonly ({ effectId: string } | Refusal | 'busy')[],
  made: ReadonlyMap<string, PointEntry | Payment>,
): Promise<(Outcome | 'busy')[]> {
  const before = (kind: PointsCall['kind']) =>
    outcomes.flatMap((outcome, i) =>
      typeof outcome === 'object' &&
      'effectId' in outcome &&
      !made.has(outcome.effectId) &&
      calls[i]?.kind === kind
        ? [outcome.effectId]
        : [],
    );
  const [charges, payments] = [before('charge'), before('pay')];
  const found: (PointEntry | Payment)[] = [
    ...(charges.length === 0 ? [] : await findEntries(manager, charges)),
    ...(payments.length === 0 ? [] : await findPayments(manager, payments)),
  ];
  const effects = new Map([...made, ...found.map((effect) => [effect.id, effect] as const)]);
  return outcomes.map((outcome) => {
    if (typeof outcome !== 'object' || !('effectId' in outcome)) return outcome;
    const effect = effects.get(outcome.effectId);
    if (effect === undefined) throw new Error(`The effect ${outcome.effectId} of an idempotency key is gone`);
    return effect;
  });
}
