import type { WatchQueryFetchPolicy } from '@apollo/client';
import { useQuery, useSubscription } from '@apollo/client/react';
import { ConcertChangesDocument, ConcertDocument } from '../api/operations.generated.ts';

/** A concert, followed while the page is open: an operator may move a date, or let sales open at another time. */
export function useConcert(id: string, fetchPolicy: WatchQueryFetchPolicy) {
  const found = useQuery(ConcertDocument, { variables: { id }, fetchPolicy });
  // The changes go into Apollo's cache, and so into `found`.
  useSubscription(ConcertChangesDocument, { variables: { id }, skip: !found.data?.concert });
  return found;
}
