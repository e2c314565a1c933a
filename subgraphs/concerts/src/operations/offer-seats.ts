import { seatsGivenFree, seatsKeptBack } from '@frontrow/events/contracts/concerts';
import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox, Transaction } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import { text } from '@frontrow/kit/text';
import { companionMissing, missingCompanions } from '../domain/companions.ts';
import type { Section } from '../domain/concert.ts';
import { seatsTaken } from '../domain/hold.ts';
import type { SeatStatus } from '../domain/seat.ts';
import { findSchedules, findSectionsOf } from '../storage/schedules.ts';
import { findPlaces, lockSeats, lookAtSeats, offerSeats } from '../storage/seats.ts';
import { countSeats } from '../storage/section-counts.ts';
import { between } from './limits.ts';

/** Seats of a date by their ids, or a number of places of a standing area. */
export interface OfferedSeats {
  readonly scheduleId: string;
  readonly seatIds?: readonly string[] | null | undefined;
  readonly standing?: { readonly section: string; readonly count: number } | null | undefined;
}

const mostSeats = 2_000;

/** What the seats become, and what they must be before. */
const offers = {
  keepBack: { from: 'AVAILABLE', to: 'KEPT_BACK', kept: 1 },
  giveFree: { from: 'KEPT_BACK', to: 'AVAILABLE', kept: -1 },
} as const;

/**
 * Keeps seats back from the sale, or gives such seats free: all of them, or none. Seats that are so already stay as they are.
 * @throws BAD_USER_INPUT if the request makes no sense
 */
export function changeOffer(outbox: Outbox, acting: Acting, how: keyof typeof offers, wanted: OfferedSeats) {
  const { from, to, kept } = offers[how];
  const { scheduleId } = wanted;
  const asked = wantedOf(wanted);
  // Kept while the transaction runs again: it may have been carried out, and then the next places would be taken as well.
  let chosen: readonly string[] | undefined;
  return act(outbox, acting, async (tx) => {
    const { manager } = tx;
    const [schedule] = isId(scheduleId) ? await findSchedules(manager, [scheduleId]) : [];
    if (schedule === undefined) return refuse('NOT_FOUND', 'There is no such schedule.');
    const sections = await findSectionsOf(manager, [schedule.id]);
    const ids = chosen ?? asked.seatIds ?? (await placesOf(tx, sections, asked, from));
    if ('code' in ids) return ids;
    chosen = ids;
    const seats = await lockSeats(manager, schedule.id, ids);
    if (seats.length < ids.length)
      return refuse('NOT_FOUND', 'At least one of the seats does not exist in this schedule.');
    const missing = missingCompanions(seats);
    if (missing.length > 0)
      return companionMissing(sections, await lookAtSeats(manager, schedule.id, missing));
    const open = seats.filter(({ status }) => status !== to);
    const others = open.filter(({ status }) => status !== from);
    if (others.length > 0) return { answer: seatsTaken(others.map(({ id }) => id)) };
    if (open.length === 0) return { answer: schedule };
    const openIds = open.map(({ id }) => id);
    await offerSeats(manager, openIds, from, to);
    const changes = open.map(({ sectionId }) => ({ scheduleId, sectionId, held: 0, sold: 0, kept }));
    await countSeats(manager, 'fans', changes);
    const told = { scheduleId: schedule.id, seatIds: openIds };
    tx.emit(
      how === 'keepBack' ? seatsKeptBack.about(schedule.id, told) : seatsGivenFree.about(schedule.id, told),
    );
    const state = (status: SeatStatus) => ({ seats: open.length, status });
    return { answer: schedule, subjectId: schedule.id, before: state(from), after: state(to) };
  });
}

function wantedOf({ seatIds, standing }: OfferedSeats) {
  if (seatIds != null && standing == null) {
    const distinct = [...new Set(seatIds)];
    if (distinct.length < 1 || distinct.length > mostSeats || !distinct.every(isId))
      throw badUserInput('input.seatIds', `must be ids of 1 to ${mostSeats} seats.`);
    return { seatIds: distinct };
  }
  if (standing != null && seatIds == null) {
    return {
      seatIds: undefined,
      section: text('input.standing.section', standing.section, { min: 1, max: 200 }),
      count: between('input.standing.count', standing.count, 1, mostSeats),
    };
  }
  throw badUserInput('input', 'must have exactly one of seatIds and standing.');
}

/**
 * The last places of an area, by their committed state. If somebody else takes one meanwhile, the call fails and changes nothing.
 */
async function placesOf(
  { manager }: Transaction,
  sections: readonly Section[],
  { section: name, count }: { readonly section: string; readonly count: number },
  status: SeatStatus,
) {
  const area = sections.find((section) => section.name === name && section.kind === 'STANDING');
  if (area === undefined) return refuse('NOT_FOUND', 'The schedule has no such standing area.');
  const places = await findPlaces(manager, area, status, count);
  if (places.length < count)
    return refuse('NOT_ENOUGH_SEATS', `Only ${places.length} places of the area are ${status}.`);
  return places.map(({ id }) => id);
}
