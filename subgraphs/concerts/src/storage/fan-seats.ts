import { FoundChanged, isDuplicate } from '@frontrow/kit/database';
import type { EntityManager } from 'typeorm';
import type { FanSeats, Locked } from '../domain/stock.ts';
import type { WhenBusy } from './seats.ts';

interface FanRow {
  readonly userId: string;
  readonly seats: number;
  readonly unpaidHolds: number;
  readonly lastUnpaidAt: Date | null;
}

/**
 * Locks the rows of those fans who have ever had a seat of the concert, until the transaction ends. Other fans have no row to
 * lock; `storeFanSeats` finds out if one of them has got their first seats meanwhile.
 */
export async function lockFans(
  manager: EntityManager,
  concertId: string,
  userIds: readonly string[],
  whenBusy: WhenBusy,
): Promise<Pick<Locked, 'fans' | 'busyFans'>> {
  const select = (columns: string, lock: string) =>
    `SELECT ${columns} FROM fan_seats FORCE INDEX (PRIMARY) WHERE concert_id = ? AND user_id IN (?) ${lock}`;
  const known = await manager.query<{ userId: string }[]>(select('user_id AS userId', ''), [
    concertId,
    userIds,
  ]);
  if (known.length === 0) return { fans: new Map(), busyFans: new Set() };
  const knownIds = known.map(({ userId }) => userId);
  const rows = await manager.query<FanRow[]>(
    select(
      'user_id AS userId, seats, unpaid_holds AS unpaidHolds, last_unpaid_at AS lastUnpaidAt',
      whenBusy === 'wait' ? 'FOR UPDATE' : 'FOR UPDATE SKIP LOCKED',
    ),
    [concertId, knownIds],
  );
  const fans = new Map(
    rows.map(({ userId, seats, unpaidHolds, lastUnpaidAt }): [string, FanSeats] => [
      userId,
      { seats, unpaid: { count: unpaidHolds, lastAt: lastUnpaidAt } },
    ]),
  );
  return { fans, busyFans: new Set(knownIds.filter((userId) => !fans.has(userId))) };
}

export interface FanCount {
  readonly userId: string;
  /** All seats that the fan has now. */
  readonly seats: number;
  /** Whether these are the first seats that the fan gets of the concert. */
  readonly isNew: boolean;
}

/**
 * Stores how many seats fans have. Their rows must be locked, unless they are new.
 * @throws FoundChanged if a new fan has got seats meanwhile; then `transaction` runs again
 */
export async function storeFanSeats(
  manager: EntityManager,
  concertId: string,
  counts: readonly FanCount[],
): Promise<void> {
  const inOrder = counts.toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
  const rowsOf = (isNew: boolean) =>
    inOrder.filter((one) => one.isNew === isNew).map(({ userId, seats }) => [concertId, userId, seats]);
  const insert = 'INSERT INTO fan_seats (concert_id, user_id, seats) VALUES ?';
  const [known, fresh] = [rowsOf(false), rowsOf(true)];
  // The rows are locked, so this updates many rows, each with its own values.
  if (known.length > 0)
    await manager.query(`${insert} ON DUPLICATE KEY UPDATE seats = VALUES(seats)`, [known]);
  if (fresh.length === 0) return;
  try {
    await manager.query(insert, [fresh]);
  } catch (error) {
    throw isDuplicate(error) ? new FoundChanged('a fan got their first seats at the same moment') : error;
  }
}

/** How many seats of a concert a fan gives back, because a hold has ended. */
export interface GivenBack {
  readonly concertId: string;
  readonly userId: string;
  readonly seats: number;
  /** When the hold ended, if it ended unpaid; otherwise null. */
  readonly unpaidAt: Date | null;
}

/** Subtracts the seats from the fans' counts, and counts the holds that ended unpaid. */
export async function giveBackFanSeats(
  manager: EntityManager,
  givenBack: readonly GivenBack[],
): Promise<void> {
  if (givenBack.length === 0) return;
  const key = (one: GivenBack) => `${one.concertId} ${one.userId}`;
  const inOrder = givenBack.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
  // Every fan with a hold has a row, so nothing is inserted: this updates many rows, each with its own values.
  await manager.query(
    `INSERT INTO fan_seats (concert_id, user_id, seats, unpaid_holds, last_unpaid_at) VALUES ?
     ON DUPLICATE KEY UPDATE seats = seats - VALUES(seats), unpaid_holds = unpaid_holds + VALUES(unpaid_holds),
       last_unpaid_at = COALESCE(VALUES(last_unpaid_at), last_unpaid_at)`,
    [
      inOrder.map(({ concertId, userId, seats, unpaidAt }) => [
        ...[concertId, userId, seats],
        ...[unpaidAt === null ? 0 : 1, unpaidAt],
      ]),
    ],
  );
}
