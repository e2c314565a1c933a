import type { SceneSection, SceneStage } from './scene.ts';

/*
 * Where the seats of a section are, relative to the middle of its front, before it is turned. What is drawn here is what concerts
 * will save (subgraphs/concerts/src/domain/hall.ts); the unit specs of both read the same samples. Lengths are in cm.
 */

export const seatSize = 44;
const aisleWidth = 120;
/** Two seats that are nearer to each other cannot both be sat on. */
const nearest = seatSize - 4;

/** Points as x, y, x, y …; exact, not rounded to whole cm. */
export type Points = Float64Array;

/**
 * The middle of each seat, row by row, in the order of the seats' numbers; none for a standing area, which is drawn as a whole.
 */
export function seatsOf(section: SceneSection): Points {
  if (section.kind === 'STANDING') return new Float64Array(0);
  const across = acrossOf(section);
  const points = new Float64Array(2 * section.rows * across.length);
  let at = 0;
  for (let row = 0; row < section.rows; row++) {
    const back = row * section.rowPitch;
    for (const offset of across) {
      const distance = section.radius === null ? 0 : section.radius + back;
      const angle = section.radius === null ? 0 : offset / distance;
      points[at++] = section.radius === null ? offset : distance * Math.sin(angle);
      points[at++] = section.radius === null ? back : distance * Math.cos(angle) - section.radius;
    }
  }
  return points;
}

function acrossOf({ seatsPerRow, seatPitch, firstNumber, aislesAfter, numbering }: SceneSection): number[] {
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

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The box around a section before it is turned, with half a seat around it. */
export function boxOf(section: SceneSection, seats: Points = seatsOf(section)): Box {
  if (section.kind === 'STANDING') {
    return { left: -section.width / 2, right: section.width / 2, top: 0, bottom: section.depth };
  }
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (let at = 0; at < seats.length; at += 2) {
    const [x, y] = [seats[at] as number, seats[at + 1] as number];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const margin = seatSize / 2;
  return { left: left - margin, right: right + margin, top: top - margin, bottom: bottom + margin };
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Turns a place relative to the section into one in the hall. */
export function placed(
  { x, y, turn }: Pick<SceneSection, 'x' | 'y' | 'turn'>,
  across: number,
  back: number,
): Point {
  const angle = (turn * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return { x: x + across * cos - back * sin, y: y + across * sin + back * cos };
}

/** Turns a place in the hall into one relative to the section. */
export function within({ x, y, turn }: Pick<SceneSection, 'x' | 'y' | 'turn'>, point: Point): Point {
  const angle = (-turn * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const [dx, dy] = [point.x - x, point.y - y];
  return { x: dx * cos - dy * sin, y: dx * sin + dy * cos };
}

/** The box around something that is placed in the hall, from the box that it has before that. */
export function placedBox(section: Pick<SceneSection, 'x' | 'y' | 'turn'>, own: Box): Box {
  const corners = [own.left, own.right].flatMap((across) =>
    [own.top, own.bottom].map((back) => placed(section, across, back)),
  );
  return {
    left: Math.min(...corners.map(({ x }) => x)),
    right: Math.max(...corners.map(({ x }) => x)),
    top: Math.min(...corners.map(({ y }) => y)),
    bottom: Math.max(...corners.map(({ y }) => y)),
  };
}

/** The box around the stage and all sections. */
export function boundsOf(stage: SceneStage, sections: readonly Box[]): Box {
  const halfWidth = stage.width / 2;
  const own = {
    left: stage.x - halfWidth,
    right: stage.x + halfWidth,
    top: stage.y - stage.depth,
    bottom: stage.y,
  };
  return sections.reduce(
    (all, box) => ({
      left: Math.min(all.left, box.left),
      right: Math.max(all.right, box.right),
      top: Math.min(all.top, box.top),
      bottom: Math.max(all.bottom, box.bottom),
    }),
    own,
  );
}

/** A row that goes round this far might meet itself. In radians; a whole circle is 6.28. */
const bentInto = 5;

/**
 * The sections that could have a seat on top of a seat: their boxes meet, or their rows go round nearly in a circle. Others need not be
 * looked at seat by seat.
 */
function suspects(sections: readonly SceneSection[], seats: readonly Points[]): number[] {
  const boxes = sections.map((section, index) => boxOf(section, seats[index]));
  const places = sections.map((section, index) => placedBox(section, boxes[index] as Box));
  const meets = (one: Box, other: Box) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  return sections.flatMap((section, index) => {
    const across = acrossOf(section);
    const length = Math.abs((across.at(-1) ?? 0) - (across[0] ?? 0));
    const isBent = section.radius !== null && length / section.radius > bentInto;
    const place = places[index] as Box;
    return isBent || places.some((other, at) => at !== index && meets(place, other)) ? [index] : [];
  });
}

/**
 * The indices of two sections with a seat of one on top of a seat of the other; they are equal if a section bends into itself.
 * Null if there are none.
 */
export function findOverlap(sections: readonly SceneSection[]): readonly [number, number] | null {
  const seats = sections.map((section) => seatsOf(section));
  const looked = suspects(sections, seats);
  const size = looked.reduce((sum, owner) => sum + (seats[owner] as Points).length / 2, 0);
  const [xs, ys, owners] = [new Int32Array(size), new Int32Array(size), new Uint16Array(size)];
  // Seats that share a cell form a chain: `last` finds the last one by its cell, and `before` leads from each to the one before
  // it.
  const [last, before] = [new Map<number, number>(), new Int32Array(size)];
  let seat = 0;
  for (const owner of looked) {
    const [section, points] = [sections[owner] as SceneSection, seats[owner] as Points];
    for (let at = 0; at < points.length; at += 2, seat++) {
      const exact = placed(section, points[at] as number, points[at + 1] as number);
      const [x, y] = [Math.round(exact.x), Math.round(exact.y)];
      const [column, line] = [Math.floor(x / nearest) + 10_000, Math.floor(y / nearest) + 10_000];
      for (let down = line - 1; down <= line + 1; down++)
        for (let right = column - 1; right <= column + 1; right++) {
          let other = last.get(down * 100_000 + right) ?? -1;
          for (; other >= 0; other = before[other] as number)
            if (Math.hypot((xs[other] as number) - x, (ys[other] as number) - y) < nearest)
              return [owners[other] as number, owner];
        }
      [xs[seat], ys[seat], owners[seat]] = [x, y, owner];
      before[seat] = last.get(line * 100_000 + column) ?? -1;
      last.set(line * 100_000 + column, seat);
    }
  }
  return null;
}
