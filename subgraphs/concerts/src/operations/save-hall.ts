import { isDeepStrictEqual } from 'node:util';
import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { badUserInput } from '@frontrow/kit/errors';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import { text } from '@frontrow/kit/text';
import { seatsIn } from '../domain/concert.ts';
import type { Drawing, Hall } from '../domain/hall.ts';
import { findHall, insertHall, updateHall } from '../storage/halls.ts';
import { checkDrawing } from './check-drawing.ts';

export interface DrawnHall extends Drawing {
  /** Made up by the client that draws the hall, so that saving it again does not make another hall. */
  readonly id: string;
  /** The version on which the drawing is based; 0 for a new hall. */
  readonly version: number;
  readonly name: string;
}

/**
 * Stores a drawing. Dates that were added before stay as they were.
 * @throws BAD_USER_INPUT naming what is wrong with it
 */
export async function saveHall(outbox: Outbox, acting: Acting, input: DrawnHall, now: Date) {
  if (!isId(input.id)) throw badUserInput('input.id', 'must be a UUID.');
  if (input.version < 0) throw badUserInput('input.version', 'must not be negative.');
  const drawing = await checkDrawing('input', input);
  const hall: Hall = {
    id: input.id,
    name: text('input.name', input.name, { min: 1, max: 200 }),
    version: input.version + 1,
    seats: drawing.sections.reduce((sum, section) => sum + seatsIn(section), 0),
    savedAt: now,
    ...drawing,
  };
  return act(outbox, acting, async ({ manager }) => {
    const before = await findHall(manager, hall.id);
    const isSaved = await (hall.version === 1 ? insertHall : updateHall)(manager, hall);
    if (!isSaved) {
      const known = await findHall(manager, hall.id);
      if (known === null) return refuse('NOT_FOUND', 'There is no such hall.');
      // The answer to the first call was lost, and the client asks again.
      const isTheSame = isDeepStrictEqual({ ...known, savedAt: now }, hall);
      return isTheSame ? { answer: known } : changedMeanwhile(known);
    }
    return {
      answer: hall,
      subjectId: hall.id,
      before: before === null ? null : shown(before),
      after: shown(hall),
    };
  });
}

const changedMeanwhile = ({ version }: Hall) =>
  refuse(
    'CHANGED_MEANWHILE',
    `Somebody else has saved this hall meanwhile; it is now at version ${version}.`,
  );

/** What the log of operators stores of a hall. The drawing of 500 sections would be larger than an event may be. */
const shown = ({ name, version, seats, sections }: Hall) => ({
  name,
  version,
  seats,
  sections: sections.length,
});
