import type { Context } from '../context.ts';
import { seatsIn } from '../domain/concert.ts';
import type { Schedule } from '../domain/concert.ts';
import type { SectionsInOrder } from '../seat-plan.ts';
import type { SeatStates } from '../seat-states.ts';
import { statusCodes } from '../seat-states.ts';
import type { SeatMapChangeResolvers, SeatMapResolvers } from './types.generated.ts';

export interface SeatMapNow {
  readonly schedule: Schedule;
  readonly sections: SectionsInOrder;
  /** One look, however many of its fields are asked for. */
  readonly states: () => Promise<SeatStates>;
}

export async function seatMapOf(
  schedule: Schedule,
  { office, seatMaps, cost }: Context,
): Promise<SeatMapNow> {
  // What is sold is known to all who hold seats, so this is hardly ever read.
  const { sections = [] } = (await office.sales.find(schedule.id, new Date())) ?? {};
  cost.chargeSeats(sections.reduce((sum, section) => sum + seatsIn(section), 0));
  let states: Promise<SeatStates> | undefined;
  return { schedule, sections, states: () => (states ??= seatMaps.look(schedule)) };
}

export const SeatMap: SeatMapResolvers = {
  // The gateway serves the files of concerts there.
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
