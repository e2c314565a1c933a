import { setTimeout as pause } from 'node:timers/promises';

interface Group<Item, Answer> {
  readonly items: Item[];
  readonly answers: Promise<readonly Answer[]>;
}

export interface GroupCommitOptions {
  /** How many items one transaction takes at the most. */
  readonly maxGroup: number;
  /** How long a group gathers at least, in ms, even when no other is being written; for writes that nobody waits for. */
  readonly gatherMs?: number;
  /**
   * After a group, the next one of its lane gathers for as long as that group took, but at most this many ms. So the busier the process is,
   * the larger the groups are. 0, the default, writes it at once.
   */
  readonly restMs?: number;
}

/**
 * Writes single items in groups: while one group of a lane is being written, the next one gathers, and it is written as soon as
 * the first is done. So in a quiet moment nobody waits, and a rush costs few transactions. Lanes do not wait for each other.
 * Source: https://en.wikipedia.org/wiki/Group_commit
 * @param write returns the answers in the order of the items, one for each; when it fails, each item fails
 */
export function groupCommit<Item, Answer>(
  write: (lane: string, items: readonly Item[]) => Promise<readonly Answer[]>,
  { maxGroup, gatherMs = 0, restMs = 0 }: GroupCommitOptions,
): (lane: string, item: Item) => Promise<Answer> {
  /** The group of each lane that was opened last. */
  const newest = new Map<string, Group<Item, Answer>>();
  /** Until when a lane rests, by `performance.now()`. */
  const restsUntil = new Map<string, number>();
  /** The groups whose writing has not begun. */
  const gathering = new Set<Group<Item, Answer>>();

  const open = (lane: string): Group<Item, Answer> => {
    const before = newest.get(lane)?.answers;
    const items: Item[] = [];
    const writeInTurn = async () => {
      await before?.catch(() => undefined);
      const waitMs = Math.max(gatherMs, (restsUntil.get(lane) ?? 0) - performance.now());
      restsUntil.delete(lane);
      if (waitMs > 0) await pause(waitMs);
      gathering.delete(group);
      const beganAt = performance.now();
      try {
        return await write(lane, items);
      } finally {
        const endedAt = performance.now();
        if (restMs > 0) restsUntil.set(lane, endedAt + Math.min(endedAt - beganAt, restMs));
        if (newest.get(lane) === group) newest.delete(lane);
      }
    };
    const group: Group<Item, Answer> = { items, answers: Promise.resolve().then(writeInTurn) };
    gathering.add(group);
    newest.set(lane, group);
    return group;
  };

  return async (lane, item) => {
    const last = newest.get(lane);
    const group =
      last !== undefined && gathering.has(last) && last.items.length < maxGroup ? last : open(lane);
    const index = group.items.push(item) - 1;
    const answers = await group.answers;
    if (index >= answers.length) throw new Error('an item of the group got no answer');
    return answers[index] as Answer;
  };
}
