import { loaderById, loaderOfMany } from '@frontrow/kit/loader';
import type DataLoader from 'dataloader';
import type { EntityManager } from 'typeorm';
import type { SeatFilter } from './domain/seat.ts';
import { findConcerts, findVenues } from './storage/concerts.ts';
import type { Sight } from './storage/concerts.ts';
import { findDrawnHalls } from './storage/halls.ts';
import { findSchedules, findSchedulesOf, findSectionsOf } from './storage/schedules.ts';
import { findSeatsOf } from './storage/seats.ts';
import { findCountsOf } from './storage/section-counts.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** However many concerts a request shows, there is one query for each kind of row about them. */
export const createLoaders = (manager: EntityManager, sight: Sight) => ({
  concerts: loaderById(
    (ids) => findConcerts(manager, ids, sight),
    ({ id }) => id,
  ),
  venues: loaderById(
    (ids) => findVenues(manager, ids),
    ({ id }) => id,
  ),
  schedules: loaderById(
    (ids) => findSchedules(manager, ids, sight),
    ({ id }) => id,
  ),
  halls: loaderById(
    (ids) => findDrawnHalls(manager, ids),
    ({ id }) => id,
  ),
  schedulesOf: loaderOfMany(
    (ids) => findSchedulesOf(manager, ids),
    ({ concertId }) => concertId,
  ),
  sectionsOf: loaderOfMany(
    (ids) => findSectionsOf(manager, ids),
    ({ scheduleId }) => scheduleId,
  ),
  countsOf: loaderOfMany(
    (ids) => findCountsOf(manager, ids),
    ({ scheduleId }) => scheduleId,
  ),
  /** Each filter of a request has a loader of its own, because the keys of one batch go into one query. */
  seatsOf: memoise(({ section, status }: SeatFilter) =>
    loaderOfMany(
      (ids) => findSeatsOf(manager, ids, { section, status }),
      ({ scheduleId }) => scheduleId,
    ),
  ),
});

/** Returns the same loader for the same filter. */
function memoise<Filter, Loader extends DataLoader<string, unknown>>(create: (filter: Filter) => Loader) {
  const known = new Map<string, Loader>();
  return (filter: Filter): Loader => {
    const key = JSON.stringify(filter);
    const loader = known.get(key) ?? create(filter);
    known.set(key, loader);
    return loader;
  };
}
