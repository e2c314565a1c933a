import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { isId, newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import { normalised } from '@frontrow/kit/text';
import { seatsIn } from '../domain/concert.ts';
import type { Section } from '../domain/concert.ts';
import { companionsOf } from '../domain/hall.ts';
import type { Hall } from '../domain/hall.ts';
import { seatIdAt } from '../domain/seat.ts';
import { drawnLayout, storedLayout } from '../layout-document.ts';
import { findHall } from '../storage/halls.ts';
import { insertLayout } from '../storage/layouts.ts';
import { addDate, newDate } from './add-schedule.ts';
import { between } from './limits.ts';

export interface NewScheduleInHall {
  readonly concertId: string;
  readonly startsAt: Date;
  readonly hallId: string;
  /** One price for each section of the hall. */
  readonly prices: readonly { readonly section: string; readonly price: number }[];
}

/**
 * Adds a date in a hall as it is drawn now. Later changes of the drawing affect only dates that are added later.
 * @throws BAD_USER_INPUT naming the argument that is out of range
 */
export async function addScheduleInHall(outbox: Outbox, acting: Acting, input: NewScheduleInHall, now: Date) {
  const date = newDate(input, now);
  const hall = isId(input.hallId) ? await findHall(outbox.database.manager, input.hallId) : null;
  if (hall === null) return refuse('NOT_FOUND', 'There is no such hall.');
  const sections = sectionsOf(hall, date.id, pricesOf(hall, input.prices));
  const seatsId = newId();
  const ids = Array.from({ length: hall.seats }, (_, rank) => seatIdAt(seatsId, rank));
  // The layout is made before the transaction, because it would prolong it by half a second.
  const layout = await storedLayout(await drawnLayout(hall, sections, ids));
  return addDate(outbox, acting, {
    schedule: { ...date, hallId: hall.id },
    ...{ sections, seatsId, companions: hall.sections.map(companionsOf) },
    storeMore: ({ manager }) => insertLayout(manager, date.id, layout),
  });
}

function pricesOf({ sections }: Hall, prices: NewScheduleInHall['prices']): Map<string, number> {
  const all = new Map<string, number>();
  for (const [index, { section, price }] of prices.entries()) {
    const name = normalised(section);
    if (!sections.some((one) => one.name === name) || all.has(name))
      throw badUserInput(`input.prices.${index}.section`, 'must be a section of the hall, and each once.');
    all.set(name, between(`input.prices.${index}.price`, price, 0, 10_000_000));
  }
  const missing = sections.find(({ name }) => !all.has(name));
  if (missing !== undefined)
    throw badUserInput('input.prices', `must have a price of the section ${missing.name}.`);
  return all;
}

function sectionsOf(hall: Hall, scheduleId: string, prices: ReadonlyMap<string, number>): Section[] {
  let firstRank = 0;
  return hall.sections.map(({ name, kind, rows, seatsPerRow, firstRow, firstNumber }) => {
    const section = {
      ...{ id: newId(), scheduleId, name, kind, price: prices.get(name) as number },
      ...{ rows, seatsPerRow, firstRow, firstNumber, firstRank },
    };
    firstRank += seatsIn(section);
    return section;
  });
}
