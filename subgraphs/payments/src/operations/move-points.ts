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
  /** The trace of the request. */
  readonly traceparent?: string | undefined;
}

/** Puts points into the fan's wallet, once for each key. */
export interface ChargeCall extends Call {
  readonly kind: 'charge';
  /** In points. */
  readonly amount: number;
}

/** Pays for a reservation, once for each key, and once whatever the key. */
export interface PayCall extends Call {
  readonly kind: 'pay';
  readonly reservationId: string;
  /** Whether the reservation, should it not be known, was given out, so that the news of it is on its way. */
  readonly mayStillCome: boolean;
}

export type PointsCall = ChargeCall | PayCall;

/** What a call led to: the entry of a charge, or the payment; or why it led to nothing. */
export type Outcome = PointEntry | Payment | Refusal;

/**
 * Carries out charges and payments that came together in one transaction: each has its own key, decision and answer, and finds what
 * those before it have left. When it runs again after a COMMIT of unknown outcome, it finds the keys that it stored.
 * @param lock 'skip': whoever needs a row that somebody else has is answered 'busy', and holds up nobody; such a call is to be made
 * again, alone, with 'wait'
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
    // Everywhere in this order: payables, whose locks cover their payments, then wallets.
    const payables = await lockPayables(manager, reservationIds, lock);
    const userIds = [...new Set(calls.map(({ userId }) => userId))];
    const wallets = await lockWallets(manager, userIds, lock);
    // Looked at once the locks are had: the wait for them may have taken the hold's last second, and whoever uses the same key has
    // the same wallet.
    const now = new Date();
    const keyed = calls.map((call) => keyedCall(call, now));
    // Hardly any key was used before. Where one was, its call is refused, and then the key is looked up; or storing it fails, and
    // this runs again.
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

/** Gives those who came to nothing, but have a key that was used before, what that led to then. */
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

/** Decides about a call, and enters into the books what follows. */
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

/** What was not found under 'skip' is not there, or somebody else has it. */
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

/** What the effects are: those of now, and those of keys that were used before, as they are by now. */
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
    if (effect === undefined) throw new Error(`the effect ${outcome.effectId} of a key is gone`);
    return effect;
  });
}
