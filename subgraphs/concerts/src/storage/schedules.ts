import { In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Schedule, Section } from '../domain/concert.ts';
import type { Sale } from '../domain/sale.ts';
import { schedules, sections } from './entities.ts';

export const findSchedules = (manager: EntityManager, ids: readonly string[]): Promise<Schedule[]> =>
  manager.find(schedules, { where: { id: In(ids) } });

/** Soonest first. */
export const findSchedulesOf = (manager: EntityManager, concertIds: readonly string[]): Promise<Schedule[]> =>
  manager.find(schedules, { where: { concertId: In(concertIds) }, order: { startsAt: 'ASC', id: 'ASC' } });

/** Those of the concert that take place at the same instant: one, or none, or more from times when that was possible. */
export const findSchedulesAt = (
  manager: EntityManager,
  { concertId, startsAt }: Pick<Schedule, 'concertId' | 'startsAt'>,
): Promise<Schedule[]> =>
  manager.find(schedules, { where: { concertId, startsAt, cancelledAt: IsNull() }, order: { id: 'ASC' } });

/** Notes that the show does not take place. Whoever does so has locked its concert. */
export const markCancelled = async (manager: EntityManager, id: string, now: Date): Promise<void> => {
  await manager.update(schedules, { id }, { cancelledAt: now });
};

/**
 * Whether the show was cancelled by a transaction that is committed. It locks nothing: all who hold seats would meet at the
 * schedule's row. A hold that is under way at that very moment is put back by reservations.
 */
export async function isCancelled(manager: EntityManager, id: string): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    'SELECT id FROM schedules WHERE id = ? AND cancelled_at IS NOT NULL',
    [id],
  );
  return rows.length > 0;
}

/** Nearest the stage first. */
export const findSectionsOf = (manager: EntityManager, scheduleIds: readonly string[]): Promise<Section[]> =>
  manager.find(sections, { where: { scheduleId: In(scheduleIds) }, order: { firstRank: 'ASC' } });

export async function insertSchedule(
  manager: EntityManager,
  schedule: Schedule,
  itsSections: readonly Section[],
): Promise<void> {
  await manager.insert(schedules, schedule);
  await manager.insert(sections, [...itsSections]);
}

export async function findSale(manager: EntityManager, scheduleId: string): Promise<Sale | null> {
  const [sale] = await manager.query<Omit<Sale, 'sections'>[]>(
    `SELECT schedules.id AS scheduleId, concerts.id AS concertId, concerts.title AS concertTitle, concerts.artist,
       venues.name AS venueName, schedules.starts_at AS startsAt, schedules.cancelled_at AS cancelledAt,
       concerts.sales_open_at AS salesOpenAt,
       concerts.max_seats_per_fan AS maxSeatsPerFan
     FROM schedules JOIN concerts ON concerts.id = schedules.concert_id JOIN venues ON venues.id = concerts.venue_id
     WHERE schedules.id = ?`,
    [scheduleId],
  );
  return sale === undefined ? null : { ...sale, sections: await findSectionsOf(manager, [scheduleId]) };
}
