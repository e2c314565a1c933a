import { useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect, useMemo } from 'react';
import { onReconnect } from '../api/client.ts';
import { HallDocument, SeatChangesDocument } from '../api/operations.generated.ts';
import type { HallQuery } from '../api/operations.generated.ts';
import { Seats } from './seats.ts';

export interface LiveSeats {
  /** Null when there is no such date; undefined until it is known. */
  readonly schedule: HallQuery['schedule'] | undefined;
  readonly seats: Seats | undefined;
  readonly error: unknown;
  readonly refetch: () => Promise<unknown>;
}

/** The seats of a date, followed while the page is open. */
export function useSeats(scheduleId: string): LiveSeats {
  const client = useApolloClient();
  const { data, error, refetch } = useQuery(HallDocument, {
    variables: { scheduleId },
    fetchPolicy: 'no-cache',
  });
  const schedule = data?.schedule;
  const seats = useMemo(() => (schedule ? new Seats(schedule) : undefined), [schedule]);
  useEffect(() => {
    if (seats === undefined) return undefined;
    const changes = client
      .subscribe({ query: SeatChangesDocument, variables: { scheduleId }, fetchPolicy: 'no-cache' })
      .subscribe({
        next: ({ data: told }) => told && seats.apply(told.seatsChanged.seats),
        error: () => undefined,
      });
    // A new connection tells which seats are taken, and nothing of those that became free in the meantime.
    const stop = onReconnect(() => {
      client
        .query({ query: HallDocument, variables: { scheduleId }, fetchPolicy: 'no-cache' })
        .then(({ data: now }) => seats.apply(now?.schedule?.seats ?? []))
        .catch(() => undefined);
    });
    return () => {
      changes.unsubscribe();
      stop();
    };
  }, [client, scheduleId, seats]);
  return { schedule, seats, error, refetch };
}
