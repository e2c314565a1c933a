import { useQuery, useSubscription } from '@apollo/client/react';
import { MyPlacesDocument, PlaceDocument } from '../api/operations.generated.ts';
import type { TicketPartsFragment } from '../api/operations.generated.ts';

export interface MyTicket {
  /** The fan's newest ticket for the concert, live; undefined if there is none, or it is not known yet. */
  readonly ticket: TicketPartsFragment | undefined;
  readonly loading: boolean;
  readonly error: unknown;
  /** Asks again whether there is a ticket, for example after joining. */
  readonly refetch: () => Promise<unknown>;
}

/** The fan's ticket in the waiting room of a concert, live, whichever device they joined on. */
export function useMyTicket(concertId: string | undefined, { skip = false } = {}): MyTicket {
  const isOff = skip || concertId === undefined;
  const { data, loading, error, refetch } = useQuery(MyPlacesDocument, {
    skip: isOff,
    fetchPolicy: 'cache-and-network',
  });
  const known = isOff ? undefined : data?.me?.queueTickets?.find(({ concert }) => concert?.id === concertId);
  const isLive = known?.status === 'WAITING' || known?.status === 'ADMITTED';
  // The changes go into Apollo's cache, and so into `known`.
  const live = useSubscription(PlaceDocument, {
    variables: { ticketId: known?.id ?? '' },
    skip: !isLive,
  });
  return { ticket: known, loading: loading && data === undefined, error: error ?? live.error, refetch };
}
