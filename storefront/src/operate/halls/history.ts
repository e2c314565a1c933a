/** A drawing, with its earlier versions, and those that were undone. */
export interface History<Scene> {
  readonly past: readonly Scene[];
  readonly present: Scene;
  readonly future: readonly Scene[];
  /** What the last change was about. Consecutive changes with the same subject count as one. */
  readonly subject: string | undefined;
}

const mostSteps = 500;

export const begin = <Scene>(present: Scene): History<Scene> => ({
  ...{ past: [], present, future: [], subject: undefined },
});

/** @param subject names a change that consists of many small ones, such as a drag, or a number that is being typed */
export function change<Scene>(history: History<Scene>, present: Scene, subject?: string): History<Scene> {
  if (present === history.present) return history;
  const goesOn = subject !== undefined && subject === history.subject;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-mostSteps);
  return { past, present, future: [], subject };
}

/** Makes sure that the next change counts as a change of its own. */
export const settle = <Scene>(history: History<Scene>): History<Scene> => ({
  ...history,
  subject: undefined,
});

export function undo<Scene>({ past, present, future, ...rest }: History<Scene>): History<Scene> {
  const before = past.at(-1);
  if (before === undefined) return { past, present, future, ...rest };
  return { past: past.slice(0, -1), present: before, future: [present, ...future], subject: undefined };
}

export function redo<Scene>({ past, present, future, ...rest }: History<Scene>): History<Scene> {
  const [after, ...others] = future;
  if (after === undefined) return { past, present, future, ...rest };
  return { past: [...past, present], present: after, future: others, subject: undefined };
}
