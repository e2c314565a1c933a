import type { Broker } from '@frontrow/events/broker';
import { concertChanged, scheduleCancelled, scheduleMoved } from '@frontrow/events/contracts/concerts';
import { overhear } from '@frontrow/events/overhear';
import { Followers } from '@frontrow/kit/followers';
import type { Logger } from '@frontrow/kit/log';
import type { EntityManager } from 'typeorm';
import type { Concert, Schedule } from './domain/concert.ts';
import { findConcerts } from './storage/concerts.ts';
import { findSchedulesOf } from './storage/schedules.ts';

/** A concert, with what followers know of its dates. */
export interface FollowedConcert {
  readonly concert: Concert;
  readonly dates: string;
}

export type ConcertFollowers = Followers<FollowedConcert>;

/**
 * Begins to tell followers what operators do to a concert and its dates, on any replica. A date that is added is no event, so followers
 * hear of it at the next look.
 */
export function startConcertFollowers(manager: EntityManager, broker: Broker, log: Logger): ConcertFollowers {
  const followers = new Followers<FollowedConcert>({
    ...{ name: 'telling followers of concerts', log, gapMs: 100, lookEveryMs: 5_000 },
    idOf: ({ concert }) => concert.id,
    stateOf: ({ concert, dates }) => `${concert.version}${dates}`,
    read: async (ids) => withDates(manager, await findConcerts(manager, ids)),
  });
  // The subscriptions end with the connection.
  const isWanted = () => followers.hasAny;
  const hear = ({ concertId }: { concertId: string }) => followers.hear(concertId);
  overhear(broker, [concertChanged], hear, isWanted);
  overhear(broker, [scheduleMoved, scheduleCancelled], hear, isWanted);
  return followers;
}

/** The concerts as their followers know them. */
export async function withDates(
  manager: EntityManager,
  concerts: readonly Concert[],
): Promise<FollowedConcert[]> {
  const ids = concerts.map(({ id }) => id);
  const schedules = ids.length === 0 ? [] : await findSchedulesOf(manager, ids);
  const dates = new Map<string, string>();
  for (const date of schedules)
    dates.set(date.concertId, `${dates.get(date.concertId) ?? ''} ${stateOfDate(date)}`);
  return concerts.map((concert) => ({ concert, dates: dates.get(concert.id) ?? '' }));
}

const stateOfDate = ({ id, startsAt, moves, cancelledAt }: Schedule) =>
  [id, startsAt.getTime(), moves, cancelledAt?.getTime()].join();
