import { useEffect, useState } from 'react';
import { follow } from '../api/client.ts';
import { SeatChangesDocument } from '../api/operations.generated.ts';
import { openHall } from './open-hall.ts';
import type { OpenHall } from './open-hall.ts';
import { AVAILABLE } from './seats.ts';

// Making the first canvas takes a browser some time, so this is done while the hall is being loaded.
document.createElement('canvas').getContext('2d');

export interface LiveSeats {
  /** Null if there is no such date; undefined until it is known. */
  readonly hall: OpenHall | null | undefined;
  readonly error: unknown;
  readonly again: () => void;
}

/**
 * The seats of a date, followed while the page is open.
 * @param wanted see `Seats`
 */
export function useSeats(scheduleId: string, wanted = AVAILABLE): LiveSeats {
  const [{ hall, error }, setOpened] = useState<{ hall?: OpenHall | null; error?: unknown }>({});
  const [attempt, setAttempt] = useState(1);
  useEffect(() => {
    const closed = new AbortController();
    const open = async () => {
      try {
        const opened = await openHall(scheduleId, wanted);
        if (closed.signal.aborted) return;
        setOpened({ hall: opened });
        if (opened === null) return;
        const { seats } = opened;
        const stop = follow(
          SeatChangesDocument,
          () => ({ scheduleId, since: seats.version }),
          ({ seatsChanged }) => seats.apply(seatsChanged.seatMap),
        );
        closed.signal.addEventListener('abort', stop);
      } catch (fault) {
        if (closed.signal.aborted) return;
        setOpened({ error: fault });
        addEventListener('online', () => setAttempt(attempt + 1), { signal: closed.signal });
      }
    };
    void open();
    return () => closed.abort();
  }, [scheduleId, wanted, attempt]);
  return {
    hall,
    error,
    again: () => {
      setOpened({});
      setAttempt(attempt + 1);
    },
  };
}
