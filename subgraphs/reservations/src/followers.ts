import type { Broker } from '@frontrow/events/broker';
import { paymentCompleted, paymentRefunded } from '@frontrow/events/contracts/payments';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationExpired,
  reservationMoved,
} from '@frontrow/events/contracts/reservations';
import { overhear } from '@frontrow/events/overhear';
import { Followers } from '@frontrow/kit/followers';
import type { Logger } from '@frontrow/kit/log';
import type { Tracing } from '@frontrow/kit/tracing';
import type { DataSource } from 'typeorm';
import { lastsUntil } from './domain/reservation.ts';
import type { Reservation } from './domain/reservation.ts';
import { findReservations, findVersions } from './storage/reservations.ts';

/**
 * How long this service takes, in ms, to store the news of other services. If it takes longer, the next look finds the change.
 */
const notingMs = 150;

export type ReservationFollowers = Followers<Reservation>;

/**
 * Begins to tell fans what any replica does to their reservations; this ends the trace of a purchase. A reservation that has ended,
 * and whose payment has been refunded, cannot change any more.
 */
export function startFollowers(
  database: DataSource,
  broker: Broker,
  log: Logger,
  tracing?: Tracing,
): ReservationFollowers {
  const { manager } = database;
  const followers = new Followers<Reservation>({
    ...{ name: 'telling fans of their reservations', log, gapMs: 50, lookEveryMs: 2_000 },
    idOf: ({ id }) => id,
    stateOf: ({ version }) => version,
    read: async (ids, isKnown) => {
      const changed = (await findVersions(manager, ids)).filter(({ id, version }) => !isKnown(id, version));
      if (changed.length === 0) return [];
      return findReservations(
        manager,
        changed.map(({ id }) => id),
      );
    },
    isOver,
    whenTold:
      tracing &&
      ((traceparent, count) => {
        tracing
          .start('tell followers of a reservation', 'INTERNAL', traceparent, { 'frontrow.followers': count })
          .end();
      }),
  });
  const changes = [reservationConfirmed, reservationCancelled, reservationExpired, reservationMoved];
  // The subscriptions end with the connection.
  const isWanted = () => followers.hasAny;
  const hear = ({ reservationId }: { reservationId: string }, traceparent: string | undefined) => {
    followers.hear(reservationId, traceparent);
  };
  overhear(broker, changes, hear, isWanted);
  // These events come from other services. Whichever replica stores them needs a moment for it.
  const payments = [paymentCompleted, paymentRefunded];
  const hearSoon: typeof hear = (payment, traceparent) => {
    setTimeout(() => hear(payment, traceparent), notingMs);
  };
  overhear(broker, payments, hearSoon, isWanted);
  return followers;
}

function isOver(reservation: Reservation): boolean {
  const until = lastsUntil(reservation);
  return until === 'over' || (until !== 'open' && until.getTime() <= Date.now());
}
