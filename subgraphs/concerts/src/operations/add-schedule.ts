import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox, Transaction } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { isId, newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import { looksOf, text } from '@frontrow/kit/text';
import { asPlanned, isSameHall, seated, seatsIn } from '../domain/concert.ts';
import type { Schedule, Section, SectionPlan } from '../domain/concert.ts';
import { layOut, seatIdAt } from '../domain/seat.ts';
import type { NewSeat } from '../domain/seat.ts';
import { lockConcert } from '../storage/concerts.ts';
import { findSchedulesAt, findSectionsOf, insertSchedule } from '../storage/schedules.ts';
import { insertSeats } from '../storage/seats.ts';
import { insertCounts } from '../storage/section-counts.ts';
import { mostSeats, mostSections } from './check-drawing.ts';
import { between } from './limits.ts';

export interface NewSchedule {
  readonly concertId: string;
  readonly startsAt: Date;
  /** The first is nearest the stage. */
  readonly sections: readonly Pick<SectionPlan, 'name' | 'price' | 'rows' | 'seatsPerRow'>[];
}

/** A date with everything that belongs to it. */
export interface WholeDate {
  readonly schedule: Schedule;
  /** Nearest the stage first. */
  readonly sections: readonly Section[];
  /** A new id, from which the ids of all its seats are made: see `seatIdAt`. */
  readonly seatsId: string;
  /** For each section, the companions that `layOut` takes. */
  readonly companions: readonly ReadonlyMap<number, number>[];
  /** Stores what else belongs to the date. */
  readonly storeMore?: (tx: Transaction) => Promise<unknown>;
}

/** The number of seats in one statement, which is then about 300 KB long. */
const seatsAtATime = 2_000;

/**
 * Adds a date with all its seats. If the same date with the same sections exists, that schedule is the answer. So an operator who
 * asks twice, or two who ask at the same moment, get one hall and not two.
 * @throws BAD_USER_INPUT naming the argument that is out of range
 */
export async function addSchedule(outbox: Outbox, acting: Acting, input: NewSchedule, now: Date) {
  const schedule: Schedule = { ...newDate(input, now), hallId: null };
  const sections = planSections(schedule.id, input.sections);
  return addDate(outbox, acting, { schedule, sections, seatsId: newId(), companions: [] });
}

/** @throws BAD_USER_INPUT if the date is in the past */
export function newDate({ concertId, startsAt }: Pick<Schedule, 'concertId' | 'startsAt'>, now: Date) {
  if (startsAt <= now) throw badUserInput('input.startsAt', 'must be in the future.');
  return { id: newId(), concertId, startsAt, ...asPlanned };
}

/** Stores a date, or finds the existing one at the same time in the same hall for the same prices. */
export const addDate = (outbox: Outbox, acting: Acting, date: WholeDate) =>
  act(outbox, acting, async (tx) => {
    const { schedule, sections, storeMore } = date;
    const { concertId, startsAt, hallId } = schedule;
    // Nobody else adds to the concert while this lock is held. Whoever waited for it finds what the other one added.
    const isKnown = isId(concertId) && (await lockConcert(tx.manager, concertId));
    if (!isKnown) return refuse('NOT_FOUND', 'There is no such concert.');
    const atThatTime = await findSchedulesAt(tx.manager, schedule);
    if (atThatTime.length > 0) return theSameOf(tx, atThatTime, date);
    await insertSchedule(tx.manager, schedule, sections);
    await insertCounts(tx.manager, sections);
    await insertAllSeats(tx, date);
    await storeMore?.(tx);
    const shown = sections.map(({ name, price, rows, seatsPerRow }) => ({ name, price, rows, seatsPerRow }));
    const after = { concertId, startsAt: startsAt.toISOString(), sections: shown };
    return {
      answer: schedule,
      subjectId: schedule.id,
      before: null,
      after: hallId === null ? after : { ...after, hallId },
    };
  });

async function theSameOf(
  tx: Transaction,
  found: readonly Schedule[],
  { schedule, sections }: Pick<WholeDate, 'schedule' | 'sections'>,
) {
  const theirs = await findSectionsOf(
    tx.manager,
    found.map(({ id }) => id),
  );
  const isTheSame = ({ id, hallId }: Schedule) =>
    hallId === schedule.hallId &&
    isSameHall(
      theirs.filter(({ scheduleId }) => scheduleId === id),
      sections,
    );
  const same = found.find(isTheSame);
  return same === undefined
    ? refuse('ALREADY_EXISTS', 'The concert has a schedule at this time already, with other sections.')
    : { answer: same };
}

function planSections(scheduleId: string, wanted: NewSchedule['sections']): Section[] {
  if (wanted.length < 1 || wanted.length > mostSections) {
    throw badUserInput('input.sections', `must name 1 to ${mostSections} sections.`);
  }
  const looks = new Set<string>();
  let firstRank = 0;
  const sections = wanted.map((section, index) => {
    const argument = `input.sections.${index}`;
    const name = text(`${argument}.name`, section.name, { min: 1, max: 200 });
    // Fans can tell sections apart only by what their names look like.
    if (looks.has(looksOf(name)))
      throw badUserInput(`${argument}.name`, 'must not look like that of another section.');
    looks.add(looksOf(name));
    const planned = {
      ...{ id: newId(), scheduleId, name },
      ...seated,
      price: between(`${argument}.price`, section.price, 0, 10_000_000),
      rows: between(`${argument}.rows`, section.rows, 1, 200),
      seatsPerRow: between(`${argument}.seatsPerRow`, section.seatsPerRow, 1, 200),
      firstRank,
    };
    firstRank += seatsIn(planned);
    return planned;
  });
  if (firstRank > mostSeats)
    throw badUserInput('input.sections', `must have at most ${mostSeats} seats in all.`);
  return sections;
}

async function insertAllSeats(tx: Transaction, date: WholeDate): Promise<void> {
  const { schedule, sections, seatsId, companions } = date;
  let seats: NewSeat[] = [];
  // Seats are made as they are stored, because making 100,000 at once would block the process.
  for (const [index, section] of sections.entries()) {
    for (const seat of layOut(section, (rank) => seatIdAt(seatsId, rank), companions[index])) {
      if (seats.push(seat) < seatsAtATime) continue;
      await insertSeats(tx.manager, schedule.id, seats);
      seats = [];
    }
  }
  if (seats.length > 0) await insertSeats(tx.manager, schedule.id, seats);
}
