import { numberOf, placeOf } from '../../seat-map/layout.ts';
import type { Layout, Row, Section } from '../../seat-map/layout.ts';

/** Seats of one row that were chosen. */
export interface ChosenRow {
  readonly section: Section;
  readonly row: Row;
  readonly seats: readonly number[];
  /** Their numbers, e.g. 1–4, 7. */
  readonly numbers: string;
}

/** What was chosen, row by row from the stage. */
export function chosenRows(layout: Layout, chosen: Iterable<number>): ChosenRow[] {
  const byRow = new Map<Row, { section: Section; seats: number[] }>();
  for (const seat of [...chosen].sort((a, b) => a - b)) {
    const { section, row } = placeOf(layout, seat);
    const known = byRow.get(row);
    if (known === undefined) byRow.set(row, { section, seats: [seat] });
    else known.seats.push(seat);
  }
  return [...byRow].map(([row, { section, seats }]) => ({
    ...{ section, row, seats },
    numbers: rangesOf(seats.map((seat) => numberOf(row, seat))),
  }));
}

/** Numbers in short: 1–4, 7. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}

/** The seats of these that can be chosen, each wheelchair place with its companion's seat, as neither is sold alone. */
export function choosable(
  { companions }: Pick<Layout, 'companions'>,
  isAvailable: (seat: number) => boolean,
  seats: Iterable<number>,
): number[] {
  const found = new Set<number>();
  for (const seat of seats) {
    const companion = companions.get(seat)?.seat;
    const both = companion === undefined ? [seat] : [seat, companion];
    if (both.every(isAvailable)) for (const each of both) found.add(each);
  }
  return [...found];
}
