/** So many at once; and once they are used up, one more each `withinMs / most`. */
export interface Allowance {
  readonly most: number;
  readonly withinMs: number;
}

const intervalOf = ({ most, withinMs }: Allowance) => Math.floor(withinMs / most);

/**
 * What is left of an allowance once one more is taken now. It is the generic cell rate algorithm (ITU-T I.371): all that is
 * kept is the instant at which everything taken so far will be forgotten. What is refused is not taken, so knocking on does
 * not keep the door shut.
 * @param dueAt that instant; null when nothing was taken
 * @returns the new instant; or null when that is one too many
 */
export function take(dueAt: Date | null, allowance: Allowance, now: Date): Date | null {
  const due = Math.max(dueAt?.getTime() ?? 0, now.getTime()) + intervalOf(allowance);
  return due - now.getTime() <= allowance.withinMs ? new Date(due) : null;
}

/** What is left once one that was taken is given back. */
export const giveBack = (dueAt: Date, allowance: Allowance): Date =>
  new Date(dueAt.getTime() - intervalOf(allowance));
