import type { EntityManager } from 'typeorm';
import type { Section } from '../domain/concert.ts';
import type { Seat } from '../domain/seat.ts';

/*
 * How many seats of a section are held and sold, without reading its seats. One row for each section would be what all
 * its buyers queue for, so each section has many rows, slots, which are added up by whoever reads. A slot may be
 * negative (a hold counted here is released there), the sum never is.
 *
 * A transaction changes the slots of its connection's number and no others. Those of handlers of events, which
 * stay open for a batch of events, are apart from those of fans: a fan never waits for a batch.
 */

const slotsOfEach = 16;
const firstSlotOf = { fans: 0, events: slotsOfEach };

/** Whose transaction it is. */
export type Counting = keyof typeof firstSlotOf;

/** What happens to each of some seats. */
export interface SeatChange {
  readonly held: -1 | 0 | 1;
  readonly sold: -1 | 0 | 1;
}

export interface SectionCount {
  readonly scheduleId: string;
  readonly sectionId: string;
  readonly held: number;
  readonly sold: number;
}

export async function insertCounts(manager: EntityManager, sections: readonly Section[]): Promise<void> {
  const slots = Array.from({ length: 2 * slotsOfEach }, (_, slot) => slot);
  const rows = sections.flatMap(({ id, scheduleId }) => slots.map((slot) => [scheduleId, id, slot]));
  await manager.query('INSERT INTO section_counts (schedule_id, section_id, slot) VALUES ?', [rows]);
}

/** The last lock of a hold's transaction: the shorter it is kept, the fewer meet. */
export async function countSeats(
  manager: EntityManager,
  who: Counting,
  scheduleId: string,
  seats: readonly Seat[],
  { held, sold }: SeatChange,
): Promise<void> {
  const bySection = new Map<string, number>();
  for (const { sectionId } of seats) bySection.set(sectionId, (bySection.get(sectionId) ?? 0) + 1);
  for (const [sectionId, count] of [...bySection].sort(([left], [right]) => (left < right ? -1 : 1))) {
    await manager.query(
      `UPDATE section_counts SET held = held + ?, sold = sold + ?, changes = changes + 1
       WHERE schedule_id = ? AND section_id = ? AND slot = ? + CONNECTION_ID() % ?`,
      [held * count, sold * count, scheduleId, sectionId, firstSlotOf[who], slotsOfEach],
    );
  }
}

/** Every section of the schedules. */
export async function findCountsOf(
  manager: EntityManager,
  scheduleIds: readonly string[],
): Promise<SectionCount[]> {
  const rows = await manager.query<{ scheduleId: string; sectionId: string; held: string; sold: string }[]>(
    `SELECT schedule_id AS scheduleId, section_id AS sectionId, SUM(held) AS held, SUM(sold) AS sold
     FROM section_counts WHERE schedule_id IN (?) GROUP BY schedule_id, section_id`,
    [scheduleIds],
  );
  // SUM is a DECIMAL, and those arrive as strings.
  return rows.map((row) => ({ ...row, held: Number(row.held), sold: Number(row.sold) }));
}

/**
 * A number that grows with every change of a seat of the schedule: whoever knew the seats while it was the same knows them still.
 * Transactions that are not committed yet do not count.
 */
export async function findChanges(manager: EntityManager, scheduleId: string): Promise<number> {
  const [row] = await manager.query<{ changes: string | null }[]>(
    'SELECT SUM(changes) AS changes FROM section_counts WHERE schedule_id = ?',
    [scheduleId],
  );
  return Number(row?.changes ?? 0);
}
