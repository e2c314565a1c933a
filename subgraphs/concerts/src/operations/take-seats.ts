import type { Outbox, Transaction } from '@frontrow/events/outbox';
import type { GivenIds } from '@frontrow/kit/given-ids';
import { Keys, lookUpKeys } from '@frontrow/kit/idempotency';
import type { KeyedCall } from '@frontrow/kit/idempotency';
import { inTrace } from '@frontrow/kit/trace';
import { countsOf, heldEvent, isHold } from '../domain/hold.ts';
import type { Hold, SeatsTaken } from '../domain/hold.ts';
import { showCancelled } from '../domain/sale.ts';
import type { ScheduleOnSale, tooManySeats } from '../domain/sale.ts';
import { Stock } from '../domain/stock.ts';
import type { whyPaused } from '../domain/unpaid-holds.ts';
import { lockFans, storeFanSeats } from '../storage/fan-seats.ts';
import { insertHolds } from '../storage/holds.ts';
import { holdSeats, lockAvailable } from '../storage/seats.ts';
import type { WhenBusy } from '../storage/seats.ts';
import { countSeats } from '../storage/section-counts.ts';
import { lookAgain } from '../storage/schedules.ts';
import { SaleChanged } from '../sales.ts';

/** What holding seats needs. */
export interface TakeDependencies {
  readonly outbox: Outbox;
  /** The ids of concerts and reservations. Other services may be asked about them before they have heard of them. */
  readonly ids: GivenIds;
  /** How long a reservation may be paid, from the hold on, in s. */
  readonly holdSeconds: number;
}

/** An admitted fan. */
export interface AdmittedFan {
  readonly call: KeyedCall;
  readonly sale: ScheduleOnSale;
  readonly ticketId: string;
  readonly traceparent: string | undefined;
}

/** One call of `holdSeats`, with the seats that its fan wants. */
export interface SeatCall extends AdmittedFan {
  readonly seatIds: readonly string[];
}

/** The answers to a call, besides 'busy', which means that another transaction has locked one of the seats or the fan. */
type Taken =
  | Hold
  | SeatsTaken
  | ReturnType<typeof tooManySeats | typeof showCancelled>
  | NonNullable<ReturnType<typeof whyPaused>>;

/**
 * Holds seats for fans in the order in which they came, in one transaction. Each call gets all its seats, or none.
 * @param calls calls for one schedule; not empty
 * @param whenBusy 'give-up' never waits for another transaction; 'wait' never answers 'busy'
 * @returns the answer to each call; null if its key was used before, or by a call before it
 * @throws SaleChanged if the sale of the first call has changed since it was read; nothing is held then
 */
export function takeSeats(
  saleDeps: TakeDependencies,
  calls: readonly [SeatCall, ...SeatCall[]],
  whenBusy: WhenBusy,
): Promise<(Taken | 'busy' | null)[]> {
  const [{ sale }] = calls;
  const wishes = calls.map(({ call, ticketId, seatIds, traceparent }) => ({
    ...{ call, traceparent, reservationId: saleDeps.ids.next() },
    ...{ userId: call.userId, now: call.now, ticketId, seatIds },
  }));
  // The order of locks is: seats by primary key, fans, keys, counters. A call may be repeated while the first one is in a stuck
  // transaction that holds the fan's new row and key. The repeated call wants the same seats, so it finds those busy first, and
  // delays nobody else.
  let attempts = 0;
  return saleDeps.outbox.transaction(async (tx) => {
    const { manager } = tx;
    attempts += 1;
    const keyedCalls = wishes.map(({ call }) => call);
    // Hardly any key has been used before, so the keys are not looked up at first. If one has been used, its seats are mostly
    // taken, and then the refusal looks the key up. Otherwise storing the key fails, and this runs again.
    const keys = attempts === 1 ? new Keys([]) : await lookUpKeys(manager, keyedCalls);
    const isNew = ({ call }: { call: KeyedCall }) => keys.effectOf(call) === 'nothing';
    const open = wishes.filter(isNew);
    if (open.length === 0) return wishes.map(() => null);
    // The sale that is kept in memory may be a second old.
    const sinceThen = await lookAgain(manager, sale);
    if (sinceThen === 'changed') throw new SaleChanged();
    if (sinceThen === 'cancelled') return wishes.map((wish) => (isNew(wish) ? showCancelled() : null));
    const seatIds = new Set(open.flatMap((wish) => wish.seatIds));
    const userIds = new Set(open.map(({ userId }) => userId));
    const seats = await lockAvailable(manager, sale.scheduleId, [...seatIds], whenBusy);
    const { fans, busyFans } = await lockFans(manager, sale.concertId, [...userIds], whenBusy);
    const stock = new Stock(sale, { seats, fans, busyFans }, saleDeps.holdSeconds);
    const holds: Hold[] = [];
    const answers = wishes.map((wish) => {
      if (!isNew(wish)) return null;
      const answer = stock.hold(wish, whenBusy === 'wait' ? 'taken' : 'busy');
      if (isHold(answer)) {
        keys.use(wish.call, wish.reservationId);
        holds.push(answer);
        inTrace(wish.traceparent, () => {
          tx.emit(heldEvent(answer, sale));
        });
      }
      return answer;
    });
    if (holds.length > 0) {
      const holders = [...new Set(holds.map(({ userId }) => userId))];
      const counts = holders.map((userId) => ({
        userId,
        seats: stock.seatsOf(userId),
        isNew: !fans.has(userId),
      }));
      await storeFanSeats(manager, sale.concertId, counts);
      await store(tx, holds, keys);
    }
    return answers;
  });
}

async function store({ manager }: Transaction, holds: readonly Hold[], keys: Keys): Promise<void> {
  await holdSeats(manager, holds);
  await insertHolds(manager, holds);
  await keys.store(manager);
  await countSeats(
    manager,
    'fans',
    holds.flatMap((next) => countsOf({ found: null, next })),
  );
}
