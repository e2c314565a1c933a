import type DataLoader from 'dataloader';
import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Reservation } from './domain/reservation.ts';
import type { Followers } from './followers.ts';
import { findReservations } from './storage/reservations.ts';

/** An entity that another subgraph owns. */
export interface Stub {
  readonly id: string;
}

export interface Context extends SubgraphContext {
  readonly outbox: Outbox;
  readonly followers: Followers;
  readonly reservations: DataLoader<string, Reservation | null>;
  readonly now: () => Date;
}

export const createContext = (
  outbox: Outbox,
  followers: Followers,
  viewer: Viewer | null,
  now = () => new Date(),
): Context => ({
  viewer,
  outbox,
  followers,
  reservations: loaderById(
    (ids) => findReservations(outbox.database.manager, ids),
    ({ id }: Reservation) => id,
  ),
  now,
});
