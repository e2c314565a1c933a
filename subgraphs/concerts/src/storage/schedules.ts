import { In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Schedule, Section } from '../domain/concert.ts';
import type { Sale } from '../domain/sale.ts';
import { schedules, sections } from './entities.ts';

export const findSchedules = (manager: EntityManager, ids: readonly string[]): Promise<Schedule[]> =>
  manager.find(schedules, { where: { id: In(ids) } });

/** The schedules of the concerts, soonest first. */
export const findSchedulesOf = (manager: EntityManager, concertIds: readonly string[]): Promise<Schedule[]> =>
  manager.find(schedules, { where: { concertId: In(concertIds) }, order: { startsAt: 'ASC', id: 'ASC' } });

/** The schedules of the concert at this instant: one or none, or several from the time when that was possible. */
export const findSchedulesAt = (
  manager: EntityManager,
  { concertId, startsAt }: Pick<Schedule, 'concertId' | 'startsAt'>,
): Promise<Schedule[]> =>
  manager.find(schedules, { where: { concertId, startsAt, cancelledAt: IsNull() }, order: { id: 'ASC' } });

/** Notes that the show is cancelled. The caller has locked its concert. */
export const markCancelled = async (manager: EntityManager, id: string, now: Date): Promise<void> => {
  await manager.update(schedules, { id }, { cancelledAt: now });
};

/**
 * Whether a committed transaction has cancelled the show. This takes no lock, because all who hold seats would wait for each
 * other at the schedule's row. If a hold is being made at that very moment, reservations puts it back.
 */
export async function isCancelled(manager: EntityManager, id: string): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    'SELECT id FROM schedules WHERE id = ? AND cancelled_at IS NOT NULL',
    [id],
  );
  return rows.length > 0;
}

/** The sections of the schedules, beginning with the one nearest the stage. */
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
