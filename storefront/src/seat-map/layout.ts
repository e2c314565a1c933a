// A hall as the seat-map document describes it; docs/api.md explains each key. Seats are named by their place in it, from 0.

/** The document as it is fetched. It may contain keys that are not read here. */
export interface LayoutDocument {
  readonly format: number;
  readonly seats: number;
  readonly seatSize: number;
  readonly bounds: Bounds;
  readonly stage: Outline;
  readonly sections: {
    readonly name: readonly string[];
    readonly price: readonly number[];
    readonly rows: readonly number[];
  };
  readonly rows: {
    readonly name: readonly string[];
    readonly seats: readonly number[];
    readonly firstNumber: readonly number[];
    readonly numberStep: readonly number[];
  };
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly seatIds: { readonly first: readonly string[]; readonly count: readonly number[] };
  /** Layouts from earlier releases have neither of these. */
  readonly areas?: readonly ({ readonly section: number } & Outline)[];
  readonly wheelchairs?: { readonly place: readonly number[]; readonly companion: readonly number[] };
}

/** The corners of an outline. */
export interface Outline {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Lengths are in cm. The stage is at the top; y grows away from it. */
export interface Layout {
  /** The number of seats. */
  readonly size: number;
  readonly seatSize: number;
  /** The middle of each seat. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly bounds: Bounds;
  readonly stage: Outline;
  readonly sections: readonly Section[];
  /** The rows of all sections, one after the other. */
  readonly rows: readonly Row[];
  readonly ids: LayoutDocument['seatIds'];
  /** For each wheelchair place and each companion's seat, the other seat of the pair, with which it is sold. */
  readonly companions: ReadonlyMap<number, Pair>;
}

interface Pair {
  /** The other seat of the pair. */
  readonly seat: number;
  /** Whether this seat is the wheelchair place. */
  readonly isWheelchair: boolean;
}

/** Consecutive seats of the layout. */
interface Run {
  readonly first: number;
  readonly size: number;
}

export interface Section extends Run {
  readonly name: string;
  readonly price: number;
  readonly rows: readonly Row[];
  /** The outline of a standing area, in which nobody chooses a place; undefined if the section has seats. */
  readonly area: Outline | undefined;
}

export interface Row extends Run {
  readonly name: string;
  /** The number of the first seat. */
  readonly firstNumber: number;
  readonly numberStep: number;
}

/** @throws if the document has a format that this page does not know */
export function readLayout(document: LayoutDocument): Layout {
  if (document.format !== 1) throw new Error(`a layout of format ${document.format}`);
  const { seats: size, seatSize, bounds, stage, seatIds: ids } = document;
  const rows = readRows(document.rows);
  const areas = new Map(document.areas?.map((area) => [area.section, area]));
  const sections = readSections(document.sections, rows, areas);
  return {
    ...{ size, seatSize, bounds, stage, sections, rows, ids },
    companions: readCompanions(document.wheelchairs),
    x: sums(document.x),
    y: sums(document.y),
  };
}

function readRows({ name, seats, firstNumber, numberStep }: LayoutDocument['rows']): Row[] {
  let first = 0;
  return name.map((each, index) => {
    const size = seats[index] as number;
    const row = {
      ...{ name: each, first, size },
      firstNumber: firstNumber[index] as number,
      numberStep: numberStep[index] as number,
    };
    first += size;
    return row;
  });
}

function readCompanions(wheelchairs: LayoutDocument['wheelchairs']): Layout['companions'] {
  const companions = new Map<number, Pair>();
  for (const [index, place] of (wheelchairs?.place ?? []).entries()) {
    const companion = wheelchairs?.companion[index] as number;
    companions.set(place, { seat: companion, isWheelchair: true });
    companions.set(companion, { seat: place, isWheelchair: false });
  }
  return companions;
}

function readSections(
  { name, price, rows: counts }: LayoutDocument['sections'],
  all: Row[],
  areas: ReadonlyMap<number, Outline>,
): Section[] {
  let [row, first] = [0, 0];
  return name.map((each, index) => {
    const rows = all.slice(row, (row += counts[index] as number));
    const size = rows.reduce((sum, seats) => sum + seats.size, 0);
    const section = { name: each, price: price[index] as number, first, size, rows, area: areas.get(index) };
    first += size;
    return section;
  });
}

function sums(differences: readonly number[]): Float32Array {
  const values = new Float32Array(differences.length);
  let at = 0;
  for (let index = 0; index < values.length; index++) values[index] = at += differences[index] as number;
  return values;
}

export interface SeatPlace {
  readonly section: Section;
  readonly row: Row;
  readonly number: number;
}

/** The text on the ticket of a seat. */
export function placeOf({ sections }: Layout, seat: number): SeatPlace {
  const section = runWith(sections, seat);
  const row = runWith(section.rows, seat);
  return { section, row, number: numberOf(row, seat) };
}

/** Whether the point is inside the outline: an odd number of its edges lie to the right. */
export function isInside({ x: xs, y: ys }: Outline, x: number, y: number): boolean {
  let isIn = false;
  for (let at = 0, before = xs.length - 1; at < xs.length; before = at++) {
    const [x1, y1, x2, y2] = [xs[at], ys[at], xs[before], ys[before]] as [number, number, number, number];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isIn = !isIn;
  }
  return isIn;
}

export const numberOf = ({ first, firstNumber, numberStep }: Row, seat: number): number =>
  firstNumber + (seat - first) * numberStep;

/** The last run that begins at or before the seat, found by bisection, because a hall has thousands of rows. */
function runWith<T extends Run>(runs: readonly T[], seat: number): T {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle] as T).first <= seat) low = middle;
    else high = middle - 1;
  }
  return runs[low] as T;
}

/** Consecutive ids differ in their last 48 bits only, which a number can hold. */
const tailDigits = 12;
const splitId = (id: string) =>
  [id.slice(0, -tailDigits), Number.parseInt(id.slice(-tailDigits), 16)] as const;

/** @returns undefined if the hall has no such seat */
export function idOf({ ids }: Layout, seat: number): string | undefined {
  let begin = 0;
  for (const [run, id] of ids.first.entries()) {
    const count = ids.count[run] as number;
    if (seat < begin + count) {
      const [head, tail] = splitId(id);
      return head + (tail + seat - begin).toString(16).padStart(tailDigits, '0');
    }
    begin += count;
  }
  return undefined;
}

/** The seat with this id; undefined if the hall has none. */
export function seatOf({ ids }: Layout, id: string): number | undefined {
  const [head, tail] = splitId(id);
  let begin = 0;
  for (const [run, first] of ids.first.entries()) {
    const count = ids.count[run] as number;
    if (first.startsWith(head)) {
      const within = tail - splitId(first)[1];
      if (within >= 0 && within < count) return begin + within;
    }
    begin += count;
  }
  return undefined;
}
