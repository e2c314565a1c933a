import DataLoader from 'dataloader';
import type { Arrivals } from '@frontrow/events/arrivals';
import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Reservation } from './domain/reservation.ts';
import type { SeatTicket } from './domain/seat-ticket.ts';
import type { ReservationFollowers } from './followers.ts';
import { findReservations } from './storage/reservations.ts';
import { findTickets } from './storage/seat-tickets.ts';

/** A reference to an entity that another subgraph owns. */
export interface Stub {
  readonly id: string;
}

/** What all requests of the process share. */
export interface Shared {
  readonly outbox: Outbox;
  readonly followers: ReservationFollowers;
  readonly arrivals: Arrivals;
  /** The keys with which the codes of tickets are signed. */
  readonly ticketKeys: SigningKeys;
}

export interface Context extends SubgraphContext, Shared {
  readonly reservations: DataLoader<string, Reservation | null>;
  /** The tickets by reservation, in the order of its seats. */
  readonly tickets: DataLoader<string, readonly SeatTicket[]>;
  readonly now: () => Date;
}

export const createContext = (shared: Shared, viewer: Viewer | null, now = () => new Date()): Context => ({
  viewer,
  ...shared,
  reservations: loaderById(
    (ids) => findReservations(shared.outbox.database.manager, ids),
    ({ id }: Reservation) => id,
  ),
  tickets: new DataLoader(async (ids: readonly string[]) => {
    const ticketsOf = new Map<string, SeatTicket[]>(ids.map((id) => [id, []]));
    for (const ticket of await findTickets(shared.outbox.database.manager, ids)) {
      ticketsOf.get(ticket.reservationId)?.push(ticket);
    }
    return ids.map((id) => ticketsOf.get(id) ?? []);
  }),
  now,
});
