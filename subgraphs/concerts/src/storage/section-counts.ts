import type { EntityManager } from 'typeorm';
import type { Section } from '../domain/concert.ts';
import type { SectionChange } from '../domain/hold.ts';

/*
 * How many seats of a section are held, sold and kept back, without reading its seats. If each section had one row, all fans
 * who hold its seats would wait for that row. So each section has many rows, called slots, which readers add up. A slot may be
 * negative, because a hold that was counted in one may be released in another; the sum never is.
 *
 * A transaction changes only the slots of its connection's number. Handlers of events, whose transactions stay open for a whole
 * batch, use other slots than fans, so a fan never waits for a batch.
 */

const slotsOfEach = 16;
const firstSlotOf = { fans: 0, events: slotsOfEach };

/** Whose transaction counts. */
export type Counting = keyof typeof firstSlotOf;

export interface SectionCount {
  readonly scheduleId: string;
  readonly sectionId: string;
  readonly held: number;
  readonly sold: number;
  readonly kept: number;
}

export async function insertCounts(manager: EntityManager, sections: readonly Section[]): Promise<void> {
  const slots = Array.from({ length: 2 * slotsOfEach }, (_, slot) => slot);
  const rows = sections.flatMap(({ id, scheduleId }) => slots.map((slot) => [scheduleId, id, slot]));
  await manager.query('INSERT INTO section_counts (schedule_id, section_id, slot) VALUES ?', [rows]);
}

/**
 * Takes the last locks of a transaction, because fewer transactions meet the shorter these are held.
 * @param changes one for each change of a seat, so that they add up like the `version` of seats
 */
export async function countSeats(
  manager: EntityManager,
  who: Counting,
  changes: readonly SectionChange[],
): Promise<void> {
  const bySection = new Map<string, SectionChange & { seats: number }>();
  for (const { scheduleId, sectionId, held, sold, kept } of changes) {
    const sum = bySection.get(sectionId) ?? { held: 0, sold: 0, kept: 0, seats: 0 };
    bySection.set(sectionId, {
      ...{ scheduleId, sectionId },
      ...{ held: sum.held + held, sold: sum.sold + sold, kept: sum.kept + kept, seats: sum.seats + 1 },
    });
  }
  const inOrder = [...bySection.values()].sort((one, other) =>
    `${one.scheduleId} ${one.sectionId}` < `${other.scheduleId} ${other.sectionId}` ? -1 : 1,
  );
  // Every slot has a row, so nothing is inserted: this updates many rows, each with its own values.
  await manager.query(
    `INSERT INTO section_counts (schedule_id, section_id, slot, held, sold, kept, changes)
     VALUES ${inOrder.map(() => '(?, ?, ? + CONNECTION_ID() % ?, ?, ?, ?, ?)').join()}
     ON DUPLICATE KEY UPDATE held = held + VALUES(held), sold = sold + VALUES(sold), kept = kept + VALUES(kept),
       changes = changes + VALUES(changes)`,
    inOrder.flatMap(({ scheduleId, sectionId, held, sold, kept, seats }) => [
      ...[scheduleId, sectionId, firstSlotOf[who], slotsOfEach, held, sold, kept, seats],
    ]),
  );
}

/** The counts of every section of the schedules. */
export async function findCountsOf(
  manager: EntityManager,
  scheduleIds: readonly string[],
): Promise<SectionCount[]> {
  const rows = await manager.query<
    { scheduleId: string; sectionId: string; held: string; sold: string; kept: string }[]
  >(
    `SELECT schedule_id AS scheduleId, section_id AS sectionId, SUM(held) AS held, SUM(sold) AS sold, SUM(kept) AS kept
     FROM section_counts WHERE schedule_id IN (?) GROUP BY schedule_id, section_id`,
    [scheduleIds],
  );
  // SUM is a DECIMAL, which arrives as a string.
  return rows.map((row) => ({
    ...row,
    held: Number(row.held),
    sold: Number(row.sold),
    kept: Number(row.kept),
  }));
}

/**
 * How often a seat of the schedule has changed, by committed transactions. As long as the number is the same, no seat has
 * changed. If it is read in one snapshot with the seats, it is the version of the seat map: two maps with the same number are
 * equal, whichever replica read them, and the one with the lower number is older.
 *
 * (Before it counted seats, it grew by one for each transaction and section. So it is not the sum of the seats' own versions, but
 * it grows as that sum does.)
 */
export async function findChanges(manager: EntityManager, scheduleId: string): Promise<number> {
  const [row] = await manager.query<{ changes: string | null }[]>(
    'SELECT SUM(changes) AS changes FROM section_counts WHERE schedule_id = ?',
    [scheduleId],
  );
  return Number(row?.changes ?? 0);
}
