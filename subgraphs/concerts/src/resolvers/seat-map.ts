import type { Context } from '../context.ts';
import { seatsIn } from '../domain/concert.ts';
import type { Schedule } from '../domain/concert.ts';
import type { SeatMapNow, SeatStates } from '../seat-states.ts';
import { statusCodes } from '../seat-states.ts';
import type { SeatMapChangeResolvers, SeatMapResolvers } from './types.generated.ts';

export async function seatMapOf(
  schedule: Schedule,
  { saleDeps, seatMaps, cost }: Context,
): Promise<SeatMapNow> {
  // The sale is in memory as long as fans hold seats of it, so this hardly ever reads from the database.
  const { sections = [] } = (await saleDeps.sales.find(schedule.id, new Date())) ?? {};
  cost.chargeSeats(sections.reduce((sum, section) => sum + seatsIn(section), 0));
  let states: Promise<SeatStates> | undefined;
  return { schedule, sections, states: () => (states ??= seatMaps.look(schedule)) };
}

export const SeatMap: SeatMapResolvers = {
  // The gateway serves the files of concerts under this path.
  layout: async ({ schedule, sections }, _args, { layouts }) =>
    `/seat-maps/${await layouts.nameOf(schedule.id, sections)}.json`,
  states: async ({ states }) => (await states()).base64,
  version: async ({ states }) => (await states()).version,
};

export const SeatMapChange: SeatMapChangeResolvers = {
  version: ({ states }) => states.version,
  states: ({ since, states }) => (since === null ? states.base64 : null),
  changes: ({ changed }) => changed.map(({ rank, status }) => 4 * rank + statusCodes[status]),
};
