import { setImmediate as nextTurn } from 'node:timers/promises';
import { badUserInput } from '@frontrow/kit/errors';
import { looksOf, text } from '@frontrow/kit/text';
import { seatsIn } from '../domain/concert.ts';
import { companionsOf, findOverlap, placeOf } from '../domain/hall.ts';
import type { Drawing, DrawnSection, DrawnStage } from '../domain/hall.ts';
import { between } from './limits.ts';

export const mostSeats = 100_000;
export const mostSections = 500;
/** The most places of a standing area, as many as the largest section has seats. */
const mostStanding = 40_000;
/** The largest distance from the middle: 1 km. Like all of these lengths, it is in cm. */
const farthest = 100_000;
const mostWheelchairs = 500;

/**
 * Checks a drawing, and returns it in the form in which it is stored.
 * @throws BAD_USER_INPUT naming the argument that is out of range, or the seats that are on top of each other
 */
export async function checkDrawing(argument: string, { stage, sections }: Drawing): Promise<Drawing> {
  if (sections.length < 1 || sections.length > mostSections) {
    throw badUserInput(`${argument}.sections`, `must have 1 to ${mostSections} sections.`);
  }
  const checked = sections.map((section, index) => checkSection(`${argument}.sections.${index}`, section));
  checkNames(argument, checked);
  const seats = checked.reduce((sum, section) => sum + seatsIn(section), 0);
  if (seats > mostSeats)
    throw badUserInput(`${argument}.sections`, `must have at most ${mostSeats} seats in all.`);
  const overlap = await overlapOf(checked);
  if (overlap !== null) {
    throw badUserInput(`${argument}.sections`, `must not overlap: ${overlap[0]} is on top of ${overlap[1]}.`);
  }
  return { stage: checkStage(`${argument}.stage`, stage), sections: checked };
}

async function overlapOf(sections: readonly DrawnSection[]) {
  const looking = findOverlap(sections);
  for (;;) {
    const { done, value } = looking.next();
    if (done === true) return value;
    await nextTurn();
  }
}

const checkStage = (argument: string, { x, y, width, depth }: DrawnStage): DrawnStage => ({
  ...position(argument, { x, y }),
  width: between(`${argument}.width`, width, 100, farthest),
  depth: between(`${argument}.depth`, depth, 100, farthest),
});

const position = (argument: string, { x, y }: { x: number; y: number }) => ({
  x: between(`${argument}.x`, x, -farthest, farthest),
  y: between(`${argument}.y`, y, -farthest, farthest),
});

function checkSection(argument: string, section: DrawnSection): DrawnSection {
  const common = {
    name: text(`${argument}.name`, section.name, { min: 1, max: 200 }),
    ...position(argument, section),
    turn: between(`${argument}.turn`, section.turn, -360, 360),
    numbering: section.numbering,
  };
  return section.kind === 'STANDING'
    ? { ...common, ...checkStanding(argument, section) }
    : checkSeats(argument, { ...common, ...checkRows(argument, section) });
}

const checkStanding = (argument: string, section: DrawnSection) => ({
  kind: 'STANDING' as const,
  rows: between(`${argument}.rows`, section.rows, 1, 1),
  seatsPerRow: between(`${argument}.seatsPerRow`, section.seatsPerRow, 1, mostStanding),
  // The places of a standing area are in no row.
  firstRow: 0,
  firstNumber: 1,
  width: between(`${argument}.width`, section.width, 50, farthest),
  depth: between(`${argument}.depth`, section.depth, 50, farthest),
  ...{ radius: null, seatPitch: 50, rowPitch: 90, aislesAfter: [], wheelchairs: [] },
});

const checkRows = (argument: string, section: DrawnSection) => ({
  kind: 'SEATED' as const,
  rows: between(`${argument}.rows`, section.rows, 1, 200),
  seatsPerRow: between(`${argument}.seatsPerRow`, section.seatsPerRow, 1, 200),
  firstRow: between(`${argument}.firstRow`, section.firstRow, 1, 1_000),
  firstNumber: between(`${argument}.firstNumber`, section.firstNumber, 1, 10_000),
  radius: section.radius === null ? null : between(`${argument}.radius`, section.radius, 100, farthest),
  seatPitch: between(`${argument}.seatPitch`, section.seatPitch, 44, 300),
  rowPitch: between(`${argument}.rowPitch`, section.rowPitch, 44, 500),
  aislesAfter: section.aislesAfter,
  wheelchairs: section.wheelchairs,
  ...{ width: 0, depth: 0 },
});

function checkSeats(argument: string, section: DrawnSection): DrawnSection {
  const { firstNumber, seatsPerRow, wheelchairs } = section;
  const aislesAfter = [...new Set(section.aislesAfter)].sort((one, other) => one - other);
  if (aislesAfter.some((number) => number < firstNumber || number >= firstNumber + seatsPerRow - 1)) {
    throw badUserInput(`${argument}.aislesAfter`, 'must be numbers of seats that have a neighbour.');
  }
  if (wheelchairs.length > mostWheelchairs) {
    throw badUserInput(`${argument}.wheelchairs`, `must have at most ${mostWheelchairs} places.`);
  }
  for (const [index, { row, number, companion }] of wheelchairs.entries()) {
    const isThere =
      placeOf(section, row, number) !== undefined && placeOf(section, row, companion) !== undefined;
    if (!isThere || Math.abs(number - companion) !== 1 || aislesAfter.includes(Math.min(number, companion))) {
      throw badUserInput(
        `${argument}.wheelchairs.${index}`,
        'must be two neighbouring seats of the section.',
      );
    }
  }
  if (companionsOf(section).size < 2 * wheelchairs.length) {
    throw badUserInput(`${argument}.wheelchairs`, 'must have each seat once.');
  }
  return { ...section, aislesAfter, wheelchairs: wheelchairs.map((place) => ({ ...place })) };
}

/** Fans can tell sections apart only by what their names look like, and each label must belong to one seat. */
function checkNames(argument: string, sections: readonly DrawnSection[]): void {
  const looks = new Set<string>();
  for (const [index, { name }] of sections.entries()) {
    if (looks.has(looksOf(name)))
      throw badUserInput(`${argument}.sections.${index}.name`, 'must not look like that of another section.');
    looks.add(looksOf(name));
  }
  for (const [index, { name, kind }] of sections.entries()) {
    const [, before] = /^(.*)-\d+$/u.exec(looksOf(name)) ?? [];
    // Place 2 of the area A-1 and seat 2 in row 1 of the section A would both be labelled A-1-2.
    if (kind === 'STANDING' && before !== undefined && looks.has(before))
      throw badUserInput(`${argument}.sections.${index}.name`, `must not look like a row of ${before}.`);
  }
}
