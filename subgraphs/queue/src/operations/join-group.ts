/** How many fans one transaction lets join at the most. */
const maxGroup = 500;

interface Group<Answer> {
  readonly fans: Set<string>;
  readonly solved: Map<string, number>;
  readonly answers: Promise<ReadonlyMap<string, Answer>>;
}

/**
 * Writes joins in groups: while one group of a concert is being written the next gathers, and is written as soon as that
 * is done. So a quiet room delays nobody, and a rush costs few transactions. A fan who comes twice is once in a group.
 * @param write gives each of these fans an answer, knowing who has solved a challenge (see `Challenges.check`); when it fails,
 *   each of them is told
 */
export function joinInGroups<Answer>(
  write: (
    concertId: string,
    fans: readonly string[],
    solved: ReadonlyMap<string, number>,
  ) => Promise<ReadonlyMap<string, Answer>>,
): (concertId: string, fan: string, solvedAfter?: number | null) => Promise<Answer> {
  /** Of each concert, the group that was opened last. */
  const newest = new Map<string, Group<Answer>>();
  /** Those whose writing has not begun. */
  const gathering = new Set<Group<Answer>>();

  const open = (concertId: string): Group<Answer> => {
    const before = newest.get(concertId)?.answers;
    const fans = new Set<string>();
    const solved = new Map<string, number>();
    const writeInTurn = async () => {
      await before?.catch(() => undefined);
      gathering.delete(group);
      try {
        return await write(concertId, [...fans], solved);
      } finally {
        if (newest.get(concertId) === group) newest.delete(concertId);
      }
    };
    const group: Group<Answer> = { fans, solved, answers: Promise.resolve().then(writeInTurn) };
    gathering.add(group);
    newest.set(concertId, group);
    return group;
  };

  return async (concertId, fan, solvedAfter = null) => {
    const last = newest.get(concertId);
    const group =
      last !== undefined && gathering.has(last) && (last.fans.size < maxGroup || last.fans.has(fan))
        ? last
        : open(concertId);
    group.fans.add(fan);
    if (solvedAfter !== null) group.solved.set(fan, solvedAfter);
    const answer = (await group.answers).get(fan);
    if (answer === undefined) throw new Error('a fan of the group got no answer');
    return answer;
  };
}
