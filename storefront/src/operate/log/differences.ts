/** One field that an action changed. */
export interface Difference {
  readonly field: string;
  /** Undefined if the field did not exist before. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** The fields that an action changed, from those before and after it. Fields that stayed the same are left out. */
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
