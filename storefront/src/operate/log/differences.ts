/** One field that an action changed. */
export interface Difference {
  readonly field: string;
  /** Undefined for what was not there before. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What an action changed, from the fields before and after it; what stayed the same is left out. */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((difference) => difference.before !== difference.after);
}

function fieldsOf(value: unknown): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).map(([field, each]) => [field, textOf(each)]));
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
