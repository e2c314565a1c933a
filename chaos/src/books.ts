import type { Pool } from 'mysql2';
import type { SeatHoldAnswer, Wish } from '@frontrow/stack/fan';
import type { Databases } from '@frontrow/audit/invariant';
import { rows } from '@frontrow/audit/rows';
import { endOf } from './purchase.ts';
import type { Purchase } from './purchase.ts';

/** The contents of the databases, each row in words, by fan or by reservation. */
export interface Records {
  readonly wallets: ReadonlyMap<string, readonly string[]>;
  readonly reservations: ReadonlyMap<string, readonly string[]>;
  readonly payments: ReadonlyMap<string, readonly string[]>;
  readonly soldSeats: ReadonlyMap<string, readonly string[]>;
}

/**
 * Compares what fans were told with what is stored.
 *
 * @returns each difference in words, which means that something was lost or is there twice
 */
export function compareBooks(purchases: readonly Purchase[], records: Records): string[] {
  return purchases.flatMap((purchase) => {
    const { intent, fanId = 'who never got an account', hold } = purchase;
    const name = `fan ${fanId} (to ${intent}: ${endOf(purchase)}), reservation ${hold?.reservationId ?? 'none'}`;
    return [...differences(purchase, records)].map((difference) => `${name}: ${difference}`);
  });
}

function* differences(purchase: Purchase, records: Records): Generator<string> {
  const { fanId, charged, wish, hold, seen, endedAt } = purchase;
  if (fanId === undefined || endedAt === undefined) {
    yield 'got no answer in the end';
    return;
  }
  const isConfirmed = seen?.status === 'CONFIRMED';
  const total = hold?.total ?? 0;
  yield* difference('wallet', records.wallets.get(fanId), [`${charged - (isConfirmed ? total : 0)} points`]);
  const reservations = hold && seen ? [`${hold.reservationId} ${seen.status}`] : [];
  yield* difference('reservations', records.reservations.get(fanId), reservations);
  if (hold === undefined) return;
  if (wish !== undefined) yield* unwished(wish, hold);
  const payments = seen?.payment ? [`${total} points ${seen.payment.status}`] : [];
  yield* difference('payments', records.payments.get(hold.reservationId), payments);
  const seats = isConfirmed ? hold.seats.map(({ id }) => id) : [];
  yield* difference('sold seats', records.soldSeats.get(hold.reservationId), seats);
}

/** A hold has what its fan wished for: exactly the named seats, or as many of a kind. */
function* unwished({ seatIds, bestAvailable }: Wish, { seats }: SeatHoldAnswer): Generator<string> {
  if (seatIds !== undefined) {
    yield* difference(
      'held seats',
      seats.map(({ id }) => id),
      seatIds,
    );
    return;
  }
  const { count = 0, section } = bestAvailable ?? {};
  const fitting = seats.filter(({ label }) => section === undefined || label.startsWith(`${section}-`));
  yield* difference('held places', [`${fitting.length} of ${seats.length}`], [`${count} of ${count}`]);
}

function* difference(
  what: string,
  stored: readonly string[] = [],
  told: readonly string[],
): Generator<string> {
  const [is, shouldBe] = [stored, told].map((list) => [...list].sort().join(', ') || 'none');
  if (is !== shouldBe) yield `${what}: ${is} instead of ${shouldBe}`;
}

export async function readRecords({ payments, reservations, concerts }: Databases): Promise<Records> {
  const [wallets, reserved, paid, soldSeats] = await Promise.all([
    collect(payments, "SELECT user_id AS owner, CONCAT(balance, ' points') AS words FROM wallets"),
    collect(reservations, "SELECT user_id AS owner, CONCAT(id, ' ', status) AS words FROM reservations"),
    collect(
      payments,
      "SELECT reservation_id AS owner, CONCAT(amount, ' points ', status) AS words FROM payments",
    ),
    collect(concerts, "SELECT reservation_id AS owner, id AS words FROM seats WHERE status = 'SOLD'"),
  ]);
  return { wallets, reservations: reserved, payments: paid, soldSeats };
}

async function collect(database: Pool, sql: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { owner, words } of rows<{ owner: string; words: string }>(database, sql)) {
    found.set(owner, [...(found.get(owner) ?? []), words]);
  }
  return found;
}
