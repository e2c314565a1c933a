import type { SectionPlan } from './concert.ts';

/*
 * Where the seats of a hall are if nobody has drawn it: in rings of sections around a stage, each seat turned to it. Lengths are
 * in cm; x grows to the right of somebody who looks at the stage, and y away from it. The rows of a ring are arcs around the
 * origin, which is a little behind the front of the stage.
 */

const seatPitch = 50;
const rowPitch = 90;
/** The width between sections of one ring, and between rings. */
const aisle = 120;
const gangway = 200;
/** The least distance of the first row from the origin, and its distance from the stage. */
const smallestRadius = 800;
const pitDepth = 300;
/** In radians. There are seats to the left and to the right of the stage, but none behind it. */
const widestAngle = 2.6;
const stage = { width: 2_400, depth: 600, widestAngle: 1.8, corners: 12 };

/** The diameter of a circle around each seat. No two circles meet. */
export const seatSize = 44;

export interface Point {
  readonly x: number;
  readonly y: number;
}

type Plan = Pick<SectionPlan, 'price' | 'rows' | 'seatsPerRow'>;

/** The place of a section. Its rows are arcs around the origin; the angle is that of their middle. */
interface Wedge {
  readonly section: number;
  /** The radius of the first row. */
  readonly radius: number;
  /** The angle from the middle of the hall, in radians; negative is left. */
  readonly angle: number;
}

/** The seats of one row, from left to right. */
export interface LayoutRow {
  /** The index of the row's section. */
  readonly section: number;
  readonly seats: readonly Point[];
}

/** Each row of the hall, section by section, beginning with the row nearest the stage. */
export function* layOutRows(sections: readonly Plan[]): Generator<LayoutRow, void, undefined> {
  for (const { section, radius, angle } of wedgesOf(sections)) {
    const { rows, seatsPerRow } = sections[section] as Plan;
    for (let row = 0; row < rows; row++) {
      const distance = radius + row * rowPitch;
      const seats = Array.from({ length: seatsPerRow }, (_, seat) =>
        at(distance, angle + ((seat - (seatsPerRow - 1) / 2) * seatPitch) / distance),
      );
      yield { section, seats };
    }
  }
}

/** The stage's outline. Its front follows the first row. */
export function layOutStage(sections: readonly Plan[]): Point[] {
  const front = (wedgesOf(sections)[0]?.radius ?? smallestRadius) - pitDepth;
  const width = Math.min(stage.widestAngle, stage.width / front);
  const edge = Array.from({ length: stage.corners }, (_, corner) =>
    at(front, width * (corner / (stage.corners - 1) - 0.5)),
  );
  const [left, right] = [edge[0] as Point, edge.at(-1) as Point];
  return [...edge, { x: right.x, y: right.y - stage.depth }, { x: left.x, y: left.y - stage.depth }];
}

/**
 * Neighbouring sections of one price share a ring while there is room. Dearer sections stay in front of cheaper ones, since the
 * operator lists them from the stage on.
 */
function wedgesOf(sections: readonly Plan[]): Wedge[] {
  const wedges: Wedge[] = [];
  let nearest = smallestRadius;
  for (let first = 0; first < sections.length;) {
    const radius = Math.max(nearest, widthOf(sections[first] as Plan) / widestAngle);
    const ring = ringFrom(sections, first, radius * widestAngle);
    let angle = -ring.reduce((sum, section) => sum + widthOf(section), 0) / radius / 2;
    for (const [index, section] of ring.entries()) {
      const own = widthOf(section) / radius;
      wedges.push({ section: first + index, radius, angle: angle + own / 2 });
      angle += own;
    }
    nearest = radius + Math.max(...ring.map(({ rows }) => rows)) * rowPitch + gangway;
    first += ring.length;
  }
  return wedges;
}

function ringFrom(sections: readonly Plan[], first: number, room: number): Plan[] {
  const ring = [sections[first] as Plan];
  let left = room - widthOf(ring[0] as Plan);
  for (const section of sections.slice(first + 1)) {
    left -= widthOf(section);
    if (left < 0 || section.price !== ring[0]?.price) break;
    ring.push(section);
  }
  return ring;
}

const widthOf = ({ seatsPerRow }: Plan) => seatsPerRow * seatPitch + aisle;

// As text, -0 would differ from 0.
const at = (distance: number, angle: number): Point => ({
  x: Math.round(distance * Math.sin(angle)) + 0,
  y: Math.round(distance * Math.cos(angle)) + 0,
});
