import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { SectionPlan } from './domain/concert.ts';
import { seatsIn } from './domain/concert.ts';
import { cornersOf, cornersOfStage, layOutDrawn, placeOf } from './domain/hall.ts';
import type { Drawing } from './domain/hall.ts';
import { layOutRows, layOutStage, seatSize } from './domain/layout.ts';
import type { LayoutRow, Point } from './domain/layout.ts';
import type { StoredLayout } from './storage/layouts.ts';

/*
 * The layout of a hall as clients fetch it; docs/api.md describes the format. Seats are described in columns: one list for each
 * property, in the order of rank. Numbers that resemble the one before are written as differences, so 100,000 of them compress
 * well.
 */

export interface LayoutDocument {
  /** The version of the format. It changes only if older clients would misunderstand the new one. */
  readonly format: 1;
  readonly seats: number;
  /** The diameter of the circle that is drawn for each seat. */
  readonly seatSize: number;
  readonly bounds: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** The corners of the stage's outline. */
  readonly stage: { readonly x: readonly number[]; readonly y: readonly number[] };
  readonly sections: {
    readonly name: readonly string[];
    readonly price: readonly number[];
    /** How many rows the section has; they follow those of the section before. */
    readonly rows: readonly number[];
  };
  readonly rows: {
    readonly name: readonly string[];
    /** How many seats the row has; they follow those of the row before. */
    readonly seats: readonly number[];
    readonly firstNumber: readonly number[];
    readonly numberStep: readonly number[];
  };
  /** The middle of each seat, as the difference to that of the seat before; the first seat's as the difference to 0. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly seatIds: IdRuns;
  /** Standing areas, in which nobody chooses a place: the index of the section, and the corners of the outline. */
  readonly areas: readonly {
    readonly section: number;
    readonly x: readonly number[];
    readonly y: readonly number[];
  }[];
  /** Seats that are sold together: each pair by their places in the layout. */
  readonly wheelchairs: { readonly place: readonly number[]; readonly companion: readonly number[] };
}

/**
 * Ids in runs of consecutive ones: the first id of each run, and how many there are; each is greater by one than the one before.
 */
export interface IdRuns {
  readonly first: readonly string[];
  readonly count: readonly number[];
}

/** How many seats are laid out at a time, which takes one or two ms. */
const seatsAtATime = 4_000;

/**
 * The layout of a hall that nobody has drawn.
 * @param ids by rank
 */
export const layoutDocument = (
  sections: readonly SectionPlan[],
  ids: readonly string[],
): Promise<LayoutDocument> =>
  documentOf(sections, ids, {
    stage: layOutStage(sections),
    rows: layOutRows(sections),
    areas: [],
    wheelchairs: { place: [], companion: [] },
  });

/**
 * The layout of a hall that somebody has drawn.
 * @param sections the drawn sections in the same order, with their prices
 * @param ids by rank
 */
export function drawnLayout(
  { stage, sections: drawn }: Drawing,
  sections: readonly SectionPlan[],
  ids: readonly string[],
): Promise<LayoutDocument> {
  const wheelchairs: { place: number[]; companion: number[] } = { place: [], companion: [] };
  const areas: LayoutDocument['areas'][number][] = [];
  let first = 0;
  for (const [index, section] of drawn.entries()) {
    if (section.kind === 'STANDING') {
      const corners = cornersOf(section);
      areas.push({ section: index, x: corners.map(({ x }) => x), y: corners.map(({ y }) => y) });
    }
    for (const { row, number, companion } of section.wheelchairs) {
      wheelchairs.place.push(first + (placeOf(section, row, number) as number));
      wheelchairs.companion.push(first + (placeOf(section, row, companion) as number));
    }
    first += seatsIn(section);
  }
  return documentOf(sections, ids, {
    ...{ stage: cornersOfStage(stage), rows: layOutDrawn(drawn), areas, wheelchairs },
  });
}

interface LaidOut extends Pick<LayoutDocument, 'areas' | 'wheelchairs'> {
  readonly stage: readonly Point[];
  readonly rows: Iterable<LayoutRow>;
}

async function documentOf(
  sections: readonly SectionPlan[],
  ids: readonly string[],
  { stage, rows: laidOut, areas, wheelchairs }: LaidOut,
): Promise<LayoutDocument> {
  const box = boxOf(stage);
  for (const area of areas) box.add(...area.x.map((x, corner) => ({ x, y: area.y[corner] as number })));
  const [x, y]: [number[], number[]] = [[], []];
  let before: Point = { x: 0, y: 0 };
  let seats = 0;
  for (const row of laidOut) {
    for (const seat of row.seats) {
      x.push(seat.x - before.x);
      y.push(seat.y - before.y);
      before = seat;
      box.add(seat);
    }
    if (Math.floor(seats / seatsAtATime) < Math.floor((seats += row.seats.length) / seatsAtATime))
      await nextTurn();
  }
  const seatIds = await runsOf(ids);
  const rows = sections.flatMap(({ kind, rows: count, seatsPerRow, firstRow, firstNumber }) =>
    Array.from({ length: count }, (_, row) => ({
      name: kind === 'STANDING' ? '' : String(firstRow + row),
      ...{ seats: seatsPerRow, firstNumber },
    })),
  );
  return {
    format: 1,
    seats: sections.reduce((sum, section) => sum + seatsIn(section), 0),
    seatSize,
    bounds: box.bounds(seatSize),
    stage: { x: stage.map((corner) => corner.x), y: stage.map((corner) => corner.y) },
    sections: {
      name: sections.map(({ name }) => name),
      price: sections.map(({ price }) => price),
      rows: sections.map((section) => section.rows),
    },
    rows: {
      name: rows.map(({ name }) => name),
      seats: rows.map((row) => row.seats),
      firstNumber: rows.map(({ firstNumber }) => firstNumber),
      numberStep: rows.map(() => 1),
    },
    ...{ x, y, seatIds, areas, wheelchairs },
  };
}

function boxOf(points: readonly Point[]) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (...more: readonly Point[]) => {
    for (const { x, y } of more) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  };
  add(...points);
  const bounds = (margin: number) => ({
    x: left - margin,
    y: top - margin,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
  });
  return { add, bounds };
}

/** The last 48 bits of a UUID, which a number can hold. */
const tailDigits = 12;

export async function runsOf(ids: readonly string[]): Promise<IdRuns> {
  const first: string[] = [];
  const count: number[] = [];
  let [head, tail] = ['', -1];
  for (const [rank, id] of ids.entries()) {
    if (rank % seatsAtATime === seatsAtATime - 1) await nextTurn();
    const [ownHead, ownTail] = [id.slice(0, -tailDigits), Number.parseInt(id.slice(-tailDigits), 16)];
    if (ownHead === head && ownTail === tail + 1) count.push((count.pop() as number) + 1);
    else {
      first.push(id);
      count.push(1);
    }
    [head, tail] = [ownHead, ownTail];
  }
  return { first, count };
}

/** The ids that the runs stand for. */
export const idsOf = ({ first, count }: IdRuns): string[] =>
  first.flatMap((id, run) => {
    const [head, tail] = [id.slice(0, -tailDigits), Number.parseInt(id.slice(-tailDigits), 16)];
    return Array.from(
      { length: count[run] ?? 0 },
      (_, place) => head + (tail + place).toString(16).padStart(tailDigits, '0'),
    );
  });

/** The text that JSON.stringify would produce, made a column at a time. */
async function textOf(document: LayoutDocument): Promise<string> {
  const columns: string[] = [];
  for (const [key, value] of Object.entries(document)) {
    columns.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`);
    await nextTurn();
  }
  return `{${columns.join(',')}}`;
}

const compressed = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/** Compresses the document with the best ratio, and names it by its content. zlib works beside the event loop. */
export async function storedLayout(document: LayoutDocument): Promise<StoredLayout> {
  const text = Buffer.from(await textOf(document));
  const [br, gzipped] = await Promise.all([
    compressed.br(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
      },
    }),
    compressed.gzip(text, { level: 9 }),
  ]);
  return { name: createHash('sha256').update(text).digest('hex'), br, gzip: gzipped };
}
