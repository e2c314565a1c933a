import type { SectionKind } from './concert.ts';
import { placeIn } from './seat.ts';
import { seatSize } from './layout.ts';
import type { LayoutRow, Point } from './layout.ts';

/*
 * A hall as an operator draws it. Lengths are in cm; x grows to the right of somebody who looks at the stage, and y away from it;
 * angles are in degrees, clockwise. storefront/src/operate/halls/geometry.ts draws the same before it is saved: their specs read the same samples.
 */

export interface DrawnStage {
  /** The middle of its front, which fans look at. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly depth: number;
}

/** A wheelchair place and the seat of whoever comes along, next to each other in a row. */
export interface WheelchairPlace {
  readonly row: number;
  readonly number: number;
  /** The number of the companion's seat. */
  readonly companion: number;
}

export interface DrawnSection {
  readonly name: string;
  readonly kind: SectionKind;
  /** The middle of its front: of the first row, or of the front edge of a standing area. */
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  /** 1 in a standing area. */
  readonly rows: number;
  /** In a standing area, how many it takes. */
  readonly seatsPerRow: number;
  readonly firstRow: number;
  readonly firstNumber: number;
  readonly numbering: 'LEFT_TO_RIGHT' | 'RIGHT_TO_LEFT';
  /** Of the arc of the first row, whose middle lies towards the stage; null when rows are straight. */
  readonly radius: number | null;
  readonly seatPitch: number;
  readonly rowPitch: number;
  /** There is an aisle between the seats of these numbers and the next ones. */
  readonly aislesAfter: readonly number[];
  readonly wheelchairs: readonly WheelchairPlace[];
  /** Of a standing area; 0 for seats. */
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
  /** Grows each time it is saved. */
  readonly version: number;
  /** How many seats and standing places it has. */
  readonly seats: number;
  readonly savedAt: Date;
}

export const aisleWidth = 120;

/** The middle of each seat, row by row, in the order of their numbers. */
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

/** How far to the right of the section's middle each seat of a row is, by number. */
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

/** A grid that fills the area: who draws each place, and not the area, shows as many as there are. */
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

/** A point of a section, so far to the right of the middle of its front and so far behind it. */
function placed({ x, y, turn }: DrawnSection, across: number, back: number): Point {
  const angle = (turn * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  // -0 is another text than 0.
  return {
    x: Math.round(x + across * cos - back * sin) + 0,
    y: Math.round(y + across * sin + back * cos) + 0,
  };
}

/** The place within the section of the seat of a row and number; undefined when it has none. */
export function placeOf(section: DrawnSection, row: number, number: number): number | undefined {
  const [down, across] = [row - section.firstRow, number - section.firstNumber];
  const isThere = down >= 0 && down < section.rows && across >= 0 && across < section.seatsPerRow;
  return isThere ? down * section.seatsPerRow + across : undefined;
}

/** By place within the section, the place of the seat that is sold with it. */
export function companionsOf(section: DrawnSection): Map<number, number> {
  const companions = new Map<number, number>();
  for (const { row, number, companion } of section.wheelchairs) {
    const [one, other] = [placeOf(section, row, number), placeOf(section, row, companion)];
    if (one === undefined || other === undefined) continue;
    companions.set(one, other).set(other, one);
  }
  return companions;
}

/** Two seats that are nearer to each other than this cannot both be sat on, in cm. */
const nearest = seatSize - 4;

/**
 * Two seats of different places that are on top of each other, as people name them; null when there are none. Standing areas have no
 * seats of their own; nobody is told where to stand, so only seats are compared.
 */
export function findOverlap(sections: readonly DrawnSection[]): readonly [string, string] | null {
  const cells = new Map<number, { point: Point; name: () => string }[]>();
  const key = (column: number, row: number) => (row + 1_000_000) * 4_000_000 + column + 1_000_000;
  const rowsBefore = new Map<number, number>();
  for (const { section: index, seats } of layOutDrawn(sections)) {
    const section = sections[index] as DrawnSection;
    if (section.kind === 'STANDING') continue;
    const row = rowsBefore.get(index) ?? 0;
    rowsBefore.set(index, row + 1);
    for (const [seat, point] of seats.entries()) {
      const name = () => {
        const place = placeIn(section, row * section.seatsPerRow + seat);
        return `${section.name}-${place.row}-${place.number}`;
      };
      const [column, line] = [Math.floor(point.x / nearest), Math.floor(point.y / nearest)];
      for (let x = column - 1; x <= column + 1; x++)
        for (let y = line - 1; y <= line + 1; y++) {
          const other = cells
            .get(key(x, y))
            ?.find((one) => Math.hypot(one.point.x - point.x, one.point.y - point.y) < nearest);
          if (other !== undefined) return [other.name(), name()];
        }
      const here = cells.get(key(column, line));
      if (here === undefined) cells.set(key(column, line), [{ point, name }]);
      else here.push({ point, name });
    }
  }
  return null;
}
