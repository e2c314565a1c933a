import type { LayoutDocument } from '../layout.ts';

interface PlannedSection {
  readonly name: string;
  readonly price: number;
  readonly rows: number;
  readonly seatsPerRow: number;
}

/** A hall as the server would describe it, in straight rows, which is enough for tests that do not depend on places. */
export function hall(...sections: readonly PlannedSection[]): LayoutDocument {
  const [pitch, seatSize] = [50, 44];
  const rows = sections.flatMap((section) =>
    Array.from({ length: section.rows }, (_, row) => ({ name: String(row + 1), seats: section.seatsPerRow })),
  );
  const points = rows.flatMap(({ seats }, row) =>
    Array.from({ length: seats }, (_, seat) => ({
      x: (seat - (seats - 1) / 2) * pitch,
      y: 800 + row * pitch,
    })),
  );
  const differences = (values: readonly number[]) =>
    values.map((value, index) => value - (values[index - 1] ?? 0));
  const width = Math.max(...rows.map(({ seats }) => seats)) * pitch;
  return {
    format: 1,
    seats: points.length,
    seatSize,
    bounds: { x: -width / 2, y: 0, width, height: 800 + (rows.length + 1) * pitch },
    stage: { x: [-500, 500, 500, -500], y: [500, 500, 0, 0] },
    sections: {
      name: sections.map(({ name }) => name),
      price: sections.map(({ price }) => price),
      rows: sections.map((section) => section.rows),
    },
    rows: {
      name: rows.map(({ name }) => name),
      seats: rows.map(({ seats }) => seats),
      firstNumber: rows.map(() => 1),
      numberStep: rows.map(() => 1),
    },
    x: differences(points.map(({ x }) => x)),
    y: differences(points.map(({ y }) => y)),
    seatIds: { first: ['01900000-0000-7000-8000-0000000ffff0'], count: [points.length] },
  };
}

/** States as the server encodes them. */
export function packed(states: readonly number[]): string {
  const bytes = new Uint8Array(Math.ceil(states.length / 4));
  for (const [seat, state] of states.entries())
    bytes[seat >> 2] = (bytes[seat >> 2] as number) | (state << (2 * (seat & 3)));
  return btoa(String.fromCharCode(...bytes));
}
