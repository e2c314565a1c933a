/** What tells whether two seats are neighbours. */
export interface Placed {
  readonly id: string;
  readonly sectionId: string;
  readonly row: number;
  readonly number: number;
}

/** Blocks of neighbouring seats, best first, and the seats that may yet become one with those of the next page. */
export interface Blocks<Seat extends Placed> {
  readonly blocks: Seat[][];
  readonly rest: Seat[];
}

/**
 * Cuts seats into blocks of `count` neighbours in one row. No two blocks share a seat, so fans who take different
 * blocks never meet.
 * @param seats available seats, in order of rank
 */
export function findBlocks<Seat extends Placed>(seats: Iterable<Seat>, count: number): Blocks<Seat> {
  const blocks: Seat[][] = [];
  let block: Seat[] = [];
  for (const seat of seats) {
    const last = block.at(-1);
    if (last !== undefined && !areNeighbours(last, seat)) block = [];
    block.push(seat);
    if (block.length === count) {
      blocks.push(block);
      block = [];
    }
  }
  return { blocks, rest: block };
}

const areNeighbours = (left: Placed, right: Placed) =>
  left.sectionId === right.sectionId && left.row === right.row && left.number + 1 === right.number;
