import { In, IsNull, Raw } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Schedule, Section } from '../domain/concert.ts';
import type { ScheduleOnSale } from '../domain/sale.ts';
import type { Sight } from './concerts.ts';
import { schedules, sections } from './entities.ts';

const isOfPublished = Raw(
  (concertId) =>
    `EXISTS (SELECT 1 FROM concerts c WHERE c.id = ${concertId} AND (c.publish_at IS NULL OR c.publish_at <= UTC_TIMESTAMP(3)))`,
);

export const findSchedules = (
  manager: EntityManager,
  ids: readonly string[],
  sight: Sight = 'everything',
): Promise<Schedule[]> =>
  manager.find(schedules, {
    where: { id: In(ids), ...(sight === 'published' && { concertId: isOfPublished }) },
  });

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
 * Whether a sale is still as it was read, by what is committed: 'changed' if its concert was changed or its show was moved. This takes no
 * lock, because all who hold seats would wait for each other at the schedule's row. If a hold is being made at the moment at which a show
 * is cancelled, reservations puts it back.
 */
export async function lookAgain(
  manager: EntityManager,
  {
    scheduleId,
    concertVersion,
    startsAt,
  }: Pick<ScheduleOnSale, 'scheduleId' | 'concertVersion' | 'startsAt'>,
): Promise<'same' | 'changed' | 'cancelled'> {
  const [now] = await manager.query<{ cancelledAt: Date | null; startsAt: Date; version: number }[]>(
    `SELECT schedules.cancelled_at AS cancelledAt, schedules.starts_at AS startsAt, concerts.version
     FROM schedules JOIN concerts ON concerts.id = schedules.concert_id WHERE schedules.id = ?`,
    [scheduleId],
  );
  if (now === undefined) throw new Error(`the schedule ${scheduleId} is gone`);
  if (now.cancelledAt !== null) return 'cancelled';
  const isSame = now.version === concertVersion && now.startsAt.getTime() === startsAt.getTime();
  return isSame ? 'same' : 'changed';
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

export async function findSale(manager: EntityManager, scheduleId: string): Promise<ScheduleOnSale | null> {
  const [sale] = await manager.query<Omit<ScheduleOnSale, 'sections'>[]>(
    `SELECT schedules.id AS scheduleId, concerts.id AS concertId, concerts.title AS concertTitle, concerts.artist,
       venues.name AS venueName, schedules.starts_at AS startsAt, schedules.cancelled_at AS cancelledAt,
       concerts.sales_open_at AS salesOpenAt, concerts.publish_at AS publishAt,
       concerts.max_seats_per_fan AS maxSeatsPerFan, concerts.version AS concertVersion
     FROM schedules JOIN concerts ON concerts.id = schedules.concert_id JOIN venues ON venues.id = concerts.venue_id
     WHERE schedules.id = ?`,
    [scheduleId],
  );
  return sale === undefined ? null : { ...sale, sections: await findSectionsOf(manager, [scheduleId]) };
}
