import type { EntityManager } from 'typeorm';
import { affectedRows } from '@frontrow/kit/database';
import type { Placed } from '../domain/block.ts';
import { seatsIn } from '../domain/concert.ts';
import type { Section } from '../domain/concert.ts';
import type { Hold } from '../domain/hold.ts';
import type { AvailableSeat, NewSeat, Seat, SeatFilter, SeatStatus } from '../domain/seat.ts';

// Statements that change seats name them by primary key, and force that index. With an index on status, the optimizer might lock
// other seats as well, and in another order than everybody else.

const columns = `seats.id, seats.section_id AS sectionId, sections.name AS section, seats.row_no AS \`row\`,
  seats.number, sections.price, seats.status, seats.reservation_id AS reservationId, seats.version`;

/** The seats of schedules, by rank. */
export function findSeatsOf(
  manager: EntityManager,
  scheduleIds: readonly string[],
  { section, status }: SeatFilter,
): Promise<(Seat & { scheduleId: string })[]> {
  const filters = [
    ...(section === undefined ? [] : [{ sql: 'AND sections.name = ?', value: section }]),
    ...(status === undefined ? [] : [{ sql: 'AND seats.status = ?', value: status }]),
  ];
  return manager.query(
    `SELECT ${columns}, sections.schedule_id AS scheduleId
     FROM sections JOIN seats ON seats.section_id = sections.id
     WHERE sections.schedule_id IN (?) ${filters.map(({ sql }) => sql).join(' ')}
     ORDER BY seats.seat_rank`,
    [scheduleIds, ...filters.map(({ value }) => value)],
  );
}

/** Those of the seats that belong to the schedule, in their committed state. */
export const lookAtSeats = (
  manager: EntityManager,
  scheduleId: string,
  ids: readonly string[],
): Promise<
  (Pick<NewSeat, 'id' | 'sectionId' | 'row' | 'number' | 'companionId'> & { status: SeatStatus })[]
> =>
  manager.query(
    `SELECT id, section_id AS sectionId, row_no AS \`row\`, number, status, companion_id AS companionId
     FROM seats WHERE id IN (?) AND schedule_id = ?`,
    [ids, scheduleId],
  );

/** Where a search for available seats continues. */
export interface SeatsFrom {
  readonly scheduleId: string;
  /** In order; not empty. */
  readonly sections: readonly Section[];
  readonly rank: number;
}

/**
 * The next available seats of some sections, by rank, in their committed state. Wheelchair places and their companions' seats are
 * left out, because whoever needs those names them.
 */
export function findAvailable(
  manager: EntityManager,
  { scheduleId, sections, rank }: SeatsFrom,
  limit: number,
): Promise<(Placed & { rank: number })[]> {
  const last = sections.at(-1) as Section;
  return manager.query(
    `SELECT id, section_id AS sectionId, row_no AS \`row\`, number, seat_rank AS \`rank\`
     FROM seats FORCE INDEX (seats_by_status)
     WHERE schedule_id = ? AND status = 'AVAILABLE' AND seat_rank BETWEEN ? AND ? AND section_id IN (?)
       AND companion_id IS NULL
     ORDER BY seat_rank LIMIT ?`,
    [scheduleId, rank, last.firstRank + seatsIn(last) - 1, sections.map(({ id }) => id), limit],
  );
}

/** What to do about a row that another transaction has locked: wait for it, or ignore the row. */
export type WhenBusy = 'wait' | 'give-up';

/** Locks those of the seats that are AVAILABLE, by primary key, until the transaction ends. */
export const lockAvailable = (
  manager: EntityManager,
  scheduleId: string,
  ids: readonly string[],
  whenBusy: WhenBusy,
): Promise<AvailableSeat[]> =>
  manager.query(
    `SELECT id, section_id AS sectionId, row_no AS \`row\`, number, seat_rank AS \`rank\`, version
     FROM seats FORCE INDEX (PRIMARY) WHERE id IN (?) AND schedule_id = ? AND status = 'AVAILABLE'
     FOR UPDATE ${whenBusy === 'wait' ? '' : 'SKIP LOCKED'}`,
    [ids, scheduleId],
  );

/**
 * Makes the seats of new holds HELD, with one conditional update.
 * @throws if one of them was not AVAILABLE; then nothing may be committed
 */
export async function holdSeats(manager: EntityManager, holds: readonly Hold[]): Promise<void> {
  const held = holds.flatMap(({ reservationId, seats }) => seats.map(({ id }) => ({ id, reservationId })));
  const ids = held.map(({ id }) => id);
  const result: unknown = await manager.query(
    `UPDATE seats FORCE INDEX (PRIMARY)
     SET status = 'HELD', reservation_id = ELT(FIELD(id, ?), ?), version = version + 1
     WHERE id IN (?) AND status = 'AVAILABLE'`,
    [ids, held.map(({ reservationId }) => reservationId), ids],
  );
  if (affectedRows(result) !== ids.length) throw new Error('a seat that is to be held is not AVAILABLE');
}

/** What can change about a seat, and its place in the hall. */
export type SeatState = Pick<Seat, 'status' | 'version'> & { readonly rank: number };

/** The seats of a schedule from one rank to another, in their committed state, in any order. */
export const findSeatsByRank = (
  manager: EntityManager,
  scheduleId: string,
  firstRank: number,
  lastRank: number,
): Promise<(SeatState & { readonly id: string })[]> =>
  manager.query(
    `SELECT id, seat_rank AS \`rank\`, status, version FROM seats FORCE INDEX (seats_by_status)
     WHERE schedule_id = ? AND status IN ('AVAILABLE', 'HELD', 'SOLD', 'KEPT_BACK') AND seat_rank BETWEEN ? AND ?`,
    [scheduleId, firstRank, lastRank],
  );

/** Those of these seats that have ever changed. */
export const findTouchedSeats = (
  manager: EntityManager,
  scheduleId: string,
  firstRank: number,
  lastRank: number,
): Promise<(SeatState & { readonly id: string })[]> =>
  manager.query(
    `SELECT id, seat_rank AS \`rank\`, status, version FROM seats FORCE INDEX (seats_by_status)
     WHERE schedule_id = ? AND status IN ('AVAILABLE', 'HELD', 'SOLD', 'KEPT_BACK') AND seat_rank BETWEEN ? AND ? AND version > 0`,
    [scheduleId, firstRank, lastRank],
  );

/** The committed states of the seats, in any order. */
export const findSeatStates = (
  manager: EntityManager,
  scheduleId: string,
  ids: readonly string[],
): Promise<(SeatState & { readonly id: string })[]> =>
  manager.query(
    'SELECT id, seat_rank AS `rank`, status, version FROM seats WHERE id IN (?) AND schedule_id = ?',
    [ids, scheduleId],
  );

/**
 * Makes the seats of holds follow the statuses of the holds, with one statement for each status.
 * @throws if a hold does not have the seats that it should have; then nothing may be committed
 */
export async function moveSeats(manager: EntityManager, holds: readonly Hold[]): Promise<void> {
  for (const [status, change] of [
    ['SOLD', `status = 'SOLD'`],
    ['RELEASED', `status = 'AVAILABLE', reservation_id = NULL`],
  ] as const) {
    const moved = holds.filter((hold) => hold.status === status);
    const reservationIds = moved.map(({ reservationId }) => reservationId);
    const ids = moved.flatMap(({ seats }) => seats.map(({ id }) => id));
    if (ids.length === 0) continue;
    const result: unknown = await manager.query(
      `UPDATE seats FORCE INDEX (PRIMARY) SET ${change}, version = version + 1
       WHERE id IN (?) AND reservation_id IN (?)`,
      [ids, reservationIds],
    );
    if (affectedRows(result) !== ids.length) {
      throw new Error(
        `one of the holds ${reservationIds.join(', ')} does not have the seats that it should have`,
      );
    }
  }
}

/** Keeps seats back, or gives them free. They must be locked, and none of them may have the new status already. */
export async function offerSeats(
  manager: EntityManager,
  ids: readonly string[],
  from: 'AVAILABLE' | 'KEPT_BACK',
  to: 'AVAILABLE' | 'KEPT_BACK',
): Promise<void> {
  const result: unknown = await manager.query(
    `UPDATE seats FORCE INDEX (PRIMARY) SET status = ?, version = version + 1 WHERE id IN (?) AND status = ?`,
    [to, ids, from],
  );
  if (affectedRows(result) !== ids.length) throw new Error(`a seat that is to become ${to} is not ${from}`);
}

/** Locks the seats, by primary key, until the transaction ends. */
export const lockSeats = (
  manager: EntityManager,
  scheduleId: string,
  ids: readonly string[],
): Promise<
  (Pick<NewSeat, 'id' | 'sectionId' | 'row' | 'number' | 'companionId'> & { status: SeatStatus })[]
> =>
  manager.query(
    `SELECT id, section_id AS sectionId, row_no AS \`row\`, number, status, companion_id AS companionId
     FROM seats FORCE INDEX (PRIMARY) WHERE id IN (?) AND schedule_id = ? FOR UPDATE`,
    [ids, scheduleId],
  );

/** The given number of places of an area that have this status, in their committed state. */
export const findPlaces = (
  manager: EntityManager,
  section: Section,
  status: SeatStatus,
  limit: number,
): Promise<{ id: string }[]> =>
  manager.query(
    `SELECT id FROM seats FORCE INDEX (seats_by_status)
     WHERE schedule_id = ? AND status = ? AND seat_rank BETWEEN ? AND ? ORDER BY seat_rank DESC LIMIT ?`,
    [section.scheduleId, status, section.firstRank, section.firstRank + seatsIn(section) - 1, limit],
  );

export async function insertSeats(
  manager: EntityManager,
  scheduleId: string,
  seats: readonly NewSeat[],
): Promise<void> {
  const rows = seats.map(({ id, sectionId, row, number, rank, companionId }) => [
    ...[id, scheduleId, sectionId, row, number, rank, companionId],
  ]);
  await manager.query(
    'INSERT INTO seats (id, schedule_id, section_id, row_no, number, seat_rank, companion_id) VALUES ?',
    [rows],
  );
}
