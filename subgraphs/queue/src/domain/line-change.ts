import type { Line } from './line.ts';

/** What one transaction did to a line: all that another replica needs to know, however long the line is. */
export interface LineChange {
  readonly concertId: string;
  /** The room's version after the change; before, it was one less. */
  readonly version: number;
  /** The first and the last number that joined. */
  readonly joined?: readonly [number, number] | undefined;
  /** The numbers that left without having been let in. */
  readonly gone?: readonly number[] | undefined;
  /** All numbers up to this one were let in, or had left before. */
  readonly admittedUpTo?: number | undefined;
}

/** Applies the change to the line. */
export function apply(line: Line, { joined, gone, admittedUpTo }: LineChange): void {
  if (joined !== undefined) for (let number = joined[0]; number <= joined[1]; number++) line.join(number);
  if (gone !== undefined) for (const number of gone) line.leave(number);
  if (admittedUpTo !== undefined) line.leaveUpTo(admittedUpTo);
}
