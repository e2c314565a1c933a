import { client } from '../api/client.ts';
import { HallDocument } from '../api/operations.generated.ts';
import type { HallQuery } from '../api/operations.generated.ts';
import { readLayout } from './layout.ts';
import type { LayoutDocument } from './layout.ts';
import { Seats } from './seats.ts';

/** A date with its hall, as it is when it is opened. */
export interface OpenHall {
  readonly schedule: NonNullable<HallQuery['schedule']>;
  readonly seats: Seats;
}

let early: { readonly scheduleId: string; readonly hall: Promise<OpenHall | null> } | undefined;

/** Begins to fetch the hall that the address names while the scripts that show it are still on their way. */
export function openHallEarly(path: string): void {
  const [, scheduleId] = /^\/dates\/([^/]+)$/.exec(path) ?? [];
  if (scheduleId === undefined) return;
  const hall = fetchHall(scheduleId);
  // Whoever shows it is told what went wrong.
  hall.catch(() => undefined);
  early = { scheduleId, hall };
}

/**
 * @returns null when there is no such date
 * @throws when it cannot be had at the moment
 */
export function openHall(scheduleId: string): Promise<OpenHall | null> {
  const begun = early?.scheduleId === scheduleId ? early.hall : undefined;
  early = undefined;
  return begun ?? fetchHall(scheduleId);
}

async function fetchHall(scheduleId: string): Promise<OpenHall | null> {
  const { data } = await client.query({
    query: HallDocument,
    variables: { scheduleId },
    fetchPolicy: 'no-cache',
  });
  const schedule = data?.schedule ?? null;
  if (schedule === null) return null;
  // It never changes, so the browser keeps it.
  const response = await fetch(schedule.seatMap.layout);
  if (!response.ok) throw new Error(`the layout of the hall: ${response.status}`);
  const layout = readLayout((await response.json()) as LayoutDocument);
  return { schedule, seats: new Seats(layout, schedule.seatMap) };
}
