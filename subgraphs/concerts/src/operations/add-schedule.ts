import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox, Transaction } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { isId, newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import { seatsIn } from '../domain/concert.ts';
import type { Schedule, Section } from '../domain/concert.ts';
import { layOut } from '../domain/seat.ts';
import { findConcerts } from '../storage/concerts.ts';
import { insertSchedule } from '../storage/schedules.ts';
import { insertSeats } from '../storage/seats.ts';
import { insertCounts } from '../storage/section-counts.ts';
import { between, text } from './limits.ts';

export interface NewSchedule {
  readonly concertId: string;
  readonly startsAt: Date;
  /** The first is nearest the stage. */
  readonly sections: readonly Pick<Section, 'name' | 'price' | 'rows' | 'seatsPerRow'>[];
}

const mostSeats = 100_000;
const mostSections = 500;
/** About 300 KB for each statement. */
const seatsAtATime = 2_000;

/**
 * Adds a date with all its seats.
 * @throws BAD_USER_INPUT naming the argument that is out of range
 */
export async function addSchedule(outbox: Outbox, acting: Acting, input: NewSchedule, now: Date) {
  const { concertId, startsAt } = input;
  if (startsAt <= now) throw badUserInput('input.startsAt', 'must be in the future.');
  const schedule: Schedule = { id: newId(), concertId, startsAt };
  const sections = planSections(schedule.id, input.sections);
  return act(outbox, acting, async (tx) => {
    const [concert] = isId(concertId) ? await findConcerts(tx.manager, [concertId]) : [];
    if (concert === undefined) return refuse('NOT_FOUND', 'There is no such concert.');
    await insertSchedule(tx.manager, schedule, sections);
    await insertCounts(tx.manager, sections);
    await insertAllSeats(tx, schedule.id, sections);
    const shown = sections.map(({ name, price, rows, seatsPerRow }) => ({ name, price, rows, seatsPerRow }));
    const after = { concertId, startsAt: startsAt.toISOString(), sections: shown };
    return { answer: schedule, subjectId: schedule.id, before: null, after };
  });
}

function planSections(scheduleId: string, wanted: NewSchedule['sections']): Section[] {
  if (wanted.length < 1 || wanted.length > mostSections) {
    throw badUserInput('input.sections', `must name 1 to ${mostSections} sections.`);
  }
  const names = new Set<string>();
  let firstRank = 0;
  const sections = wanted.map((section, index) => {
    const argument = `input.sections.${index}`;
    const name = text(`${argument}.name`, section.name, 1, 200);
    if (names.has(name)) throw badUserInput(`${argument}.name`, 'must not be that of another section.');
    names.add(name);
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
  const seats = sections.flatMap((section) => [...layOut(section, newId)]);
  for (let start = 0; start < seats.length; start += seatsAtATime) {
    await insertSeats(tx.manager, scheduleId, seats.slice(start, start + seatsAtATime));
  }
}
