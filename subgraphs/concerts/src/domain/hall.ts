import type { SectionKind } from './concert.ts';
import { placeIn } from './seat.ts';
import { seatSize } from './layout.ts';
import type { LayoutRow, Point } from './layout.ts';

/*
 * A hall as an operator draws it. Lengths are in cm; x grows to the right of somebody who looks at the stage, and y away from it.
 * Angles are in degrees, clockwise. storefront/src/operate/halls/geometry.ts draws the same hall before it is saved; the specs of
 * both read the same samples.
 */

export interface DrawnStage {
  /** The middle of the stage's front, at which fans look. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly depth: number;
}

/** A wheelchair place and its companion's seat, next to each other in a row. */
export interface WheelchairPlace {
  readonly row: number;
  readonly number: number;
  /** The number of the companion's seat. */
  readonly companion: number;
}

export interface DrawnSection {
  readonly name: string;
  readonly kind: SectionKind;
  /** The middle of the section's front: of its first row, or of the front edge of a standing area. */
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  /** 1 in a standing area. */
  readonly rows: number;
  /** In a standing area, how many people it takes. */
  readonly seatsPerRow: number;
  readonly firstRow: number;
  readonly firstNumber: number;
  readonly numbering: 'LEFT_TO_RIGHT' | 'RIGHT_TO_LEFT';
  /** The radius of the first row's arc, whose middle lies towards the stage; null if rows are straight. */
  readonly radius: number | null;
  readonly seatPitch: number;
  readonly rowPitch: number;
  /** Numbers of seats after which there is an aisle. */
  readonly aislesAfter: readonly number[];
  readonly wheelchairs: readonly WheelchairPlace[];
  /** The width of a standing area; 0 for seats. */
  readonly width: number;
  readonly depth: number;
}

export interface Drawing {
  readonly stage: DrawnStage;
  /** Nearest the stage first. */
  readonly sections: readonly DrawnSection[];
}

/** A drawing that was saved under a name. */
export interface Hall extends Drawing {
  readonly id: string;
  readonly name: string;
  /** Grows by each saving. */
  readonly version: number;
  /** How many seats and standing places it has. */
  readonly seats: number;
  readonly savedAt: Date;
}

export const aisleWidth = 120;

/** The middle of each seat, row by row, in the order of the seats' numbers. */
export function* layOutDrawn(sections: readonly DrawnSection[]): Generator<LayoutRow, void, undefined> {
  for (const [index, section] of sections.entries()) {
    if (section.kind === 'STANDING') {
      yield { section: index, seats: standingPlaces(section) };
      continue;
    }
    const across = acrossOf(section);
    for (let row = 0; row < section.rows; row++) {
      yield { section: index, seats: across.map((offset) => seatAt(section, row, offset)) };
    }
  }
}

/** How far each seat of a row is to the right of the section's middle, by number. */
function acrossOf({
  seatsPerRow,
  seatPitch,
  firstNumber,
  aislesAfter,
  numbering,
}: DrawnSection): readonly number[] {
  const aisles = new Set(aislesAfter);
  const offsets: number[] = [];
  let at = 0;
  for (let seat = 0; seat < seatsPerRow; seat++) {
    offsets.push(at);
    at += seatPitch + (aisles.has(firstNumber + seat) ? aisleWidth : 0);
  }
  const middle = (offsets.at(-1) ?? 0) / 2;
  const direction = numbering === 'LEFT_TO_RIGHT' ? 1 : -1;
  return offsets.map((offset) => direction * (offset - middle));
}

function seatAt(section: DrawnSection, row: number, across: number): Point {
  const back = row * section.rowPitch;
  if (section.radius === null) return placed(section, across, back);
  const distance = section.radius + back;
  const angle = across / distance;
  return placed(section, distance * Math.sin(angle), distance * Math.cos(angle) - section.radius);
}

/** The places of a standing area, in a grid that fills it, for clients that draw each place instead of the area. */
function standingPlaces(section: DrawnSection): Point[] {
  const { seatsPerRow: count, width, depth } = section;
  const columns = Math.min(count, Math.max(1, Math.ceil(Math.sqrt((count * width) / depth))));
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, place) => {
    const [column, row] = [place % columns, Math.floor(place / columns)];
    return placed(section, ((column + 0.5) / columns - 0.5) * width, ((row + 0.5) / rows) * depth);
  });
}

/** The corners of a standing area. */
export const cornersOf = (section: DrawnSection): Point[] => {
  const half = section.width / 2;
  return [
    placed(section, -half, 0),
    placed(section, half, 0),
    placed(section, half, section.depth),
    placed(section, -half, section.depth),
  ];
};

export const cornersOfStage = ({ x, y, width, depth }: DrawnStage): Point[] => [
  { x: Math.round(x - width / 2) + 0, y },
  { x: Math.round(x + width / 2) + 0, y },
  { x: Math.round(x + width / 2) + 0, y: y - depth },
  { x: Math.round(x - width / 2) + 0, y: y - depth },
];

/** The point of a section that is `across` cm to the right of the middle of its front, and `back` cm behind it. */
function placed({ x, y, turn }: DrawnSection, across: number, back: number): Point {
  const angle = (turn * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  // As text, -0 would differ from 0.
  return {
    x: Math.round(x + across * cos - back * sin) + 0,
    y: Math.round(y + across * sin + back * cos) + 0,
  };
}

/** The place within the section of the seat with this row and number; undefined if there is none. */
export function placeOf(section: DrawnSection, row: number, number: number): number | undefined {
  const [down, across] = [row - section.firstRow, number - section.firstNumber];
  const isThere = down >= 0 && down < section.rows && across >= 0 && across < section.seatsPerRow;
  return isThere ? down * section.seatsPerRow + across : undefined;
}

/** By place within the section, the place of the seat that is sold together with it. */
export function companionsOf(section: DrawnSection): Map<number, number> {
  const companions = new Map<number, number>();
  for (const { row, number, companion } of section.wheelchairs) {
    const [one, other] = [placeOf(section, row, number), placeOf(section, row, companion)];
    if (one === undefined || other === undefined) continue;
    companions.set(one, other).set(other, one);
  }
  return companions;
}

/** In cm. Two seats that are nearer to each other cannot both be sat on. */
const nearest = seatSize - 4;

/**
 * Finds two seats that are on top of each other, and returns their labels; null if there are none. Only seats are compared, because
 * nobody is told where to stand in a standing area. It pauses now and then, so that a hall of 100,000 seats does not block the
 * process.
 */
export function* findOverlap(
  sections: readonly DrawnSection[],
): Generator<undefined, readonly [string, string] | null, undefined> {
  const size = sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0);
  const [xs, ys] = [new Int32Array(size), new Int32Array(size)];
  // Seats that share a cell form a chain: `last` finds the last one by its cell, and `before` leads from each to the one before
  // it.
  const [last, before] = [new Map<number, number>(), new Int32Array(size)];
  let seat = 0;
  for (const { section, seats } of layOutDrawn(sections)) {
    if (sections[section]?.kind === 'STANDING') {
      seat += seats.length;
      continue;
    }
    for (const { x, y } of seats) {
      const [column, line] = [Math.floor(x / nearest) + 10_000, Math.floor(y / nearest) + 10_000];
      for (let down = line - 1; down <= line + 1; down++)
        for (let right = column - 1; right <= column + 1; right++) {
          let other = last.get(down * 100_000 + right) ?? -1;
          for (; other >= 0; other = before[other] as number)
            if (Math.hypot((xs[other] as number) - x, (ys[other] as number) - y) < nearest)
              return [nameOf(sections, other), nameOf(sections, seat)];
        }
      [xs[seat], ys[seat]] = [x, y];
      before[seat] = last.get(line * 100_000 + column) ?? -1;
      last.set(line * 100_000 + column, seat);
      seat += 1;
      if (seat % seatsAtATime === 0) yield;
    }
  }
  return null;
}

/** How many seats are compared between two pauses, which takes a few ms. */
const seatsAtATime = 2_000;

function nameOf(sections: readonly DrawnSection[], rank: number): string {
  let first = 0;
  for (const section of sections) {
    const size = section.rows * section.seatsPerRow;
    if (rank < first + size) {
      const { row, number } = placeIn(section, rank - first);
      return `${section.name}-${row}-${number}`;
    }
    first += size;
  }
  throw new Error(`no section has the seat ${rank}`);
}
