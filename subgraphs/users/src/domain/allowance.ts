/** `most` at once. When they are used up, one more becomes free each `withinMs / most`. */
export interface Allowance {
  readonly most: number;
  readonly withinMs: number;
}

const intervalOf = ({ most, withinMs }: Allowance) => Math.floor(withinMs / most);

/**
 * Takes one from an allowance. This is the generic cell rate algorithm (ITU-T I.371): it stores only the instant at which
 * everything taken so far will be forgotten. A refused attempt takes nothing, so trying again does not prolong the wait.
 * @param dueAt that instant; null if nothing has been taken
 * @returns the new instant; null if the allowance is used up
 */
export function take(dueAt: Date | null, allowance: Allowance, now: Date): Date | null {
  const due = Math.max(dueAt?.getTime() ?? 0, now.getTime()) + intervalOf(allowance);
  return due - now.getTime() <= allowance.withinMs ? new Date(due) : null;
}

/** The instant after one that was taken is given back. */
export const giveBack = (dueAt: Date, allowance: Allowance): Date =>
  new Date(dueAt.getTime() - intervalOf(allowance));
