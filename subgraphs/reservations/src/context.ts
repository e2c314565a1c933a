import type DataLoader from 'dataloader';
import type { Arrivals } from '@frontrow/events/arrivals';
import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Reservation } from './domain/reservation.ts';
import type { ReservationFollowers } from './followers.ts';
import { findReservations } from './storage/reservations.ts';

/** An entity that another subgraph owns. */
export interface Stub {
  readonly id: string;
}

/** What all requests of the process share. */
export interface Shared {
  readonly outbox: Outbox;
  readonly followers: ReservationFollowers;
  readonly arrivals: Arrivals;
}

export interface Context extends SubgraphContext, Shared {
  readonly reservations: DataLoader<string, Reservation | null>;
  readonly now: () => Date;
}

export const createContext = (shared: Shared, viewer: Viewer | null, now = () => new Date()): Context => ({
  viewer,
  ...shared,
  reservations: loaderById(
    (ids) => findReservations(shared.outbox.database.manager, ids),
    ({ id }: Reservation) => id,
  ),
  now,
});
