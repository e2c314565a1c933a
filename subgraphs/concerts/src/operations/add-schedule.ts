import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox, Transaction } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { isId, newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import { looksOf, text } from '@frontrow/kit/text';
import { isSameHall, seatsIn } from '../domain/concert.ts';
import type { Schedule, Section, SectionPlan } from '../domain/concert.ts';
import { layOut, seatIdAt } from '../domain/seat.ts';
import type { NewSeat } from '../domain/seat.ts';
import { lockConcert } from '../storage/concerts.ts';
import { findSchedulesAt, findSectionsOf, insertSchedule } from '../storage/schedules.ts';
import { insertSeats } from '../storage/seats.ts';
import { insertCounts } from '../storage/section-counts.ts';
import { between } from './limits.ts';

export interface NewSchedule {
  readonly concertId: string;
  readonly startsAt: Date;
  /** The first is nearest the stage. */
  readonly sections: readonly SectionPlan[];
}

const mostSeats = 100_000;
const mostSections = 500;
/** About 300 KB for each statement. */
const seatsAtATime = 2_000;

/**
 * Adds a date with all its seats. The same date with the same sections is the same schedule, so an operator who asks twice, or
 * two at the same moment, get one hall and not two with the same seats.
 * @throws BAD_USER_INPUT naming the argument that is out of range
 */
export async function addSchedule(outbox: Outbox, acting: Acting, input: NewSchedule, now: Date) {
  const { concertId, startsAt } = input;
  if (startsAt <= now) throw badUserInput('input.startsAt', 'must be in the future.');
  const schedule: Schedule = { id: newId(), concertId, startsAt };
  const sections = planSections(schedule.id, input.sections);
  return act(outbox, acting, async (tx) => {
    // Under this lock nobody else adds to the concert: whoever waited for it finds what the other one added.
    const isKnown = isId(concertId) && (await lockConcert(tx.manager, concertId));
    if (!isKnown) return refuse('NOT_FOUND', 'There is no such concert.');
    const atThatTime = await findSchedulesAt(tx.manager, schedule);
    if (atThatTime.length > 0) return theSameOf(tx, atThatTime, sections);
    await insertSchedule(tx.manager, schedule, sections);
    await insertCounts(tx.manager, sections);
    await insertAllSeats(tx, schedule.id, sections);
    const shown = sections.map(({ name, price, rows, seatsPerRow }) => ({ name, price, rows, seatsPerRow }));
    const after = { concertId, startsAt: startsAt.toISOString(), sections: shown };
    return { answer: schedule, subjectId: schedule.id, before: null, after };
  });
}

async function theSameOf(tx: Transaction, found: readonly Schedule[], sections: readonly Section[]) {
  const theirs = await findSectionsOf(
    tx.manager,
    found.map(({ id }) => id),
  );
  const isTheSame = ({ id }: Schedule) =>
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
    // Fans have nothing but the look of a name to tell sections apart.
    if (looks.has(looksOf(name)))
      throw badUserInput(`${argument}.name`, 'must not look like that of another section.');
    looks.add(looksOf(name));
    const planned = {
      id: newId(),
      scheduleId,
      name,
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

async function insertAllSeats(
  tx: Transaction,
  scheduleId: string,
  sections: readonly Section[],
): Promise<void> {
  const hallId = newId();
  let seats: NewSeat[] = [];
  // Made as they are stored: 100,000 at once would keep the process from everything else.
  for (const section of sections) {
    for (const seat of layOut(section, (rank) => seatIdAt(hallId, rank))) {
      if (seats.push(seat) < seatsAtATime) continue;
      await insertSeats(tx.manager, scheduleId, seats);
      seats = [];
    }
  }
  if (seats.length > 0) await insertSeats(tx.manager, scheduleId, seats);
}
