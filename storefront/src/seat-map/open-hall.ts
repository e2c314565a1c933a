import { client } from '../api/client.ts';
import { HallDocument } from '../api/operations.generated.ts';
import type { HallQuery } from '../api/operations.generated.ts';
import { readLayout } from './layout.ts';
import type { LayoutDocument } from './layout.ts';
import { AVAILABLE, Seats } from './seats.ts';

/** A date with its hall, in the state in which it was opened. */
export interface OpenHall {
  readonly schedule: NonNullable<HallQuery['schedule']>;
  readonly seats: Seats;
}

let early: { readonly scheduleId: string; readonly hall: Promise<OpenHall | null> } | undefined;

/** Begins to fetch the hall of this address while the scripts that show it are still being loaded. */
export function openHallEarly(path: string): void {
  const [, scheduleId] = /^\/dates\/([^/]+)$/.exec(path) ?? [];
  if (scheduleId === undefined) return;
  const hall = fetchHall(scheduleId, AVAILABLE);
  // The page that shows the hall reports the error.
  hall.catch(() => undefined);
  early = { scheduleId, hall };
}

/**
 * @param wanted see `Seats`
 * @returns null if there is no such date
 * @throws if it is not available at the moment
 */
export function openHall(scheduleId: string, wanted: number): Promise<OpenHall | null> {
  const isBegun = early?.scheduleId === scheduleId && wanted === AVAILABLE;
  const begun = isBegun ? early?.hall : undefined;
  early = undefined;
  return begun ?? fetchHall(scheduleId, wanted);
}

async function fetchHall(scheduleId: string, wanted: number): Promise<OpenHall | null> {
  const { data } = await client.query({
    query: HallDocument,
    variables: { scheduleId },
    fetchPolicy: 'no-cache',
  });
  const schedule = data?.schedule ?? null;
  if (schedule === null) return null;
  // A layout never changes, so the browser caches it.
  const response = await fetch(schedule.seatMap.layout);
  if (!response.ok) throw new Error(`the layout of the hall: ${response.status}`);
  const layout = readLayout((await response.json()) as LayoutDocument);
  return { schedule, seats: new Seats(layout, schedule.seatMap, wanted) };
}
