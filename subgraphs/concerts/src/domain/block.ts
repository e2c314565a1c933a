/** What is needed to see whether two seats are neighbours. */
export interface Placed {
  readonly id: string;
  readonly sectionId: string;
  readonly row: number;
  readonly number: number;
}

/** Blocks of neighbouring seats, best first, and the last seats, which may still form a block with those of the next page. */
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

/** A fan who wants one of these blocks, no matter which. */
export interface BlockRequest<Seat extends Placed> {
  /** Best first. */
  readonly blocks: readonly Seat[][];
  /** Whether another fan has taken the chosen block before. */
  readonly isRetry: boolean;
}

/**
 * Gives each of the requests that came together a block of its own; no two share a seat. The first request gets the best block. A
 * retry gets any of its blocks, at random, so that it does not meet the same competitors again.
 * @param below returns a random whole number from 0 up to, but not including, its argument
 * @returns a block for each request; undefined if earlier requests were given all of its blocks
 */
export function shareOut<Seat extends Placed>(
  requests: readonly BlockRequest<Seat>[],
  below: (count: number) => number,
): (Seat[] | undefined)[] {
  const given = new Set<string>();
  return requests.map(({ blocks, isRetry }) => {
    const free = blocks.filter((block) => !block.some(({ id }) => given.has(id)));
    const block = free[isRetry ? below(free.length) : 0];
    for (const { id } of block ?? []) given.add(id);
    return block;
  });
}
