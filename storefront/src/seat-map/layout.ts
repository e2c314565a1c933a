// Where each seat of a hall lies. This is the one module that knows: it works the places out from what a schedule says of
// its sections. Seats have an index here, section by section, row by row, from the stage outwards.

export interface HallSection {
  readonly name: string;
  readonly price: number;
  readonly rows: number;
  readonly seatsPerRow: number;
}

/** One is the distance from a seat to its neighbour. The stage is above; y grows away from it, 0 is the middle of x. */
export interface Layout {
  readonly sections: readonly LaidSection[];
  /** How many seats there are. */
  readonly size: number;
  /** The middle of each seat, by index. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly bounds: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly stage: { readonly width: number; readonly y: number };
}

export interface LaidSection extends HallSection {
  /** The index of its first seat. */
  readonly first: number;
  /** Where its name stands. */
  readonly label: { readonly x: number; readonly y: number };
}

/** How far a row bends around the stage at the most, to each side, in radians. */
const mostBend = 0.85;
/** Seats between two aisles, at the most. */
const block = 30;
const aisle = 1.6;
/** Between one tier of sections and the next: room for their names. */
const tierGap = 4.5;
const stageGap = 9;

/** Rows are arcs around a point behind the stage, so everybody looks at it. Sections of one price stand side by side. */
export function layOut(sections: readonly HallSection[]): Layout {
  const tiers = tiersOf(sections);
  const radius = innerRadius(tiers);
  const size = sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0);
  const [x, y] = [new Float32Array(size), new Float32Array(size)];
  const laid: LaidSection[] = [];
  let first = 0;
  let depth = 0;
  for (const tier of tiers) {
    let left = -widthOfTier(tier) / 2;
    for (const section of tier) {
      const width = widthOf(section.seatsPerRow);
      placeSeats(section, { first, left, width, radius, depth, x, y });
      const label = onArc(radius + depth - 2.2, left + width / 2, radius);
      laid.push({ ...section, first, label });
      first += section.rows * section.seatsPerRow;
      left += width + tierGap;
    }
    depth += Math.max(...tier.map(({ rows }) => rows)) + tierGap;
  }
  return { sections: laid, size, x, y, ...frame(x, y, sections) };
}

interface Placement {
  readonly first: number;
  readonly left: number;
  readonly width: number;
  readonly radius: number;
  readonly depth: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

function placeSeats(
  { rows, seatsPerRow }: HallSection,
  { first, left, radius, depth, x, y }: Placement,
): void {
  for (let row = 0; row < rows; row++) {
    for (let number = 0; number < seatsPerRow; number++) {
      const along = left + number + 0.5 + aisle * Math.floor((number * blocksOf(seatsPerRow)) / seatsPerRow);
      const place = onArc(radius + depth + row, along, radius);
      const index = first + row * seatsPerRow + number;
      x[index] = place.x;
      y[index] = place.y;
    }
  }
}

/** @param along how far from the middle, as it would be in a straight row */
function onArc(distance: number, along: number, radius: number): { x: number; y: number } {
  const angle = along / distance;
  return { x: distance * Math.sin(angle), y: distance * Math.cos(angle) - radius };
}

function tiersOf(sections: readonly HallSection[]): HallSection[][] {
  const seats = sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0);
  const widest = Math.max(1.6 * Math.sqrt(seats), ...sections.map(({ seatsPerRow }) => widthOf(seatsPerRow)));
  const tiers: HallSection[][] = [];
  for (const section of sections) {
    const tier = tiers.at(-1);
    if (tier && tier[0]?.price === section.price && widthOfTier([...tier, section]) <= widest)
      tier.push(section);
    else tiers.push([section]);
  }
  return tiers;
}

/** The first row is as near the stage as every row's bend allows. */
function innerRadius(tiers: readonly HallSection[][]): number {
  let depth = 0;
  let radius = 14;
  for (const tier of tiers) {
    radius = Math.max(radius, widthOfTier(tier) / 2 / mostBend - depth);
    depth += Math.max(...tier.map(({ rows }) => rows)) + tierGap;
  }
  return radius;
}

const blocksOf = (seatsPerRow: number) => Math.ceil(seatsPerRow / block);
const widthOf = (seatsPerRow: number) => seatsPerRow + aisle * (blocksOf(seatsPerRow) - 1);
const widthOfTier = (tier: readonly HallSection[]) =>
  tier.reduce((sum, { seatsPerRow }) => sum + widthOf(seatsPerRow), tierGap * (tier.length - 1));

function frame(x: Float32Array, y: Float32Array, sections: readonly HallSection[]) {
  let [left, right, top, bottom] = [-1, 1, 0, 1];
  for (let index = 0; index < x.length; index++) {
    left = Math.min(left, x[index] as number);
    right = Math.max(right, x[index] as number);
    top = Math.min(top, y[index] as number);
    bottom = Math.max(bottom, y[index] as number);
  }
  const width = Math.min(40, Math.max(12, (sections[0]?.seatsPerRow ?? 0) * 0.6));
  return {
    bounds: { left: left - 2, right: right + 2, top: Math.min(top, -stageGap) - 2, bottom: bottom + 2 },
    stage: { width, y: -stageGap },
  };
}

/** The index of a seat by what stands on its ticket; undefined when the hall has no such seat. */
export function indexOf(layout: Layout, section: string, row: number, number: number): number | undefined {
  const laid = layout.sections.find(({ name }) => name === section);
  if (laid === undefined || row < 1 || row > laid.rows || number < 1 || number > laid.seatsPerRow)
    return undefined;
  return laid.first + (row - 1) * laid.seatsPerRow + number - 1;
}

export interface SeatPlace {
  readonly section: LaidSection;
  readonly row: number;
  readonly number: number;
}

export function placeOf(layout: Layout, index: number): SeatPlace {
  const section = layout.sections.findLast(({ first }) => first <= index) as LaidSection;
  const within = index - section.first;
  return {
    section,
    row: Math.floor(within / section.seatsPerRow) + 1,
    number: (within % section.seatsPerRow) + 1,
  };
}
