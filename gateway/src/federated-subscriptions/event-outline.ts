import { randomUUID } from 'node:crypto';

/** An event without the values that can be filled in. Events that differ only in these values have the same text. */
export interface Outline {
  readonly text: string;
  /** The values in the order of their gaps. */
  readonly values: (number | string)[];
}

/** A result as JSON, with gaps for the values of its event. */
export interface GappedResult {
  /** The pieces of text around the gaps; there is one more than there are gaps. */
  readonly pieces: readonly string[];
  /** Which of the event's values goes into each gap. */
  readonly order: readonly number[];
}

const largestInt = 2 ** 31 - 1;
/** What enum values and type names look like. The result of an event may depend on such a value. */
const name = /^[_A-Za-z][_0-9A-Za-z]*$/;

/**
 * Only 32-bit integers, and strings that do not look like names, can be filled in, because any such value is valid in a field of
 * its type.
 * @param field the field of the value, or of the list that contains it
 * @param names fields whose values affect the rest of the result
 */
function isFilledIn(value: unknown, field: string, names: ReadonlySet<string>): value is number | string {
  const isValid =
    typeof value === 'number'
      ? Number.isInteger(value) && Math.abs(value) <= largestInt
      : typeof value === 'string' && !name.test(value);
  return isValid && !names.has(field);
}

/** @param names fields whose values affect the rest of the result */
export function outlineOf(data: object, names: ReadonlySet<string>): Outline {
  const values: Outline['values'] = [];
  return { text: outlineOfPart(data, '', names, values), values };
}

function outlineOfPart(
  part: object,
  field: string,
  names: ReadonlySet<string>,
  values: Outline['values'],
): string {
  const isList = Array.isArray(part);
  let text = isList ? '[' : '{';
  for (const [key, value] of Object.entries(part) as [string, unknown][]) {
    const within = isList ? field : key;
    text += `${JSON.stringify(key)}:`;
    if (isFilledIn(value, within, names)) {
      values.push(value);
      text += typeof value === 'number' ? '#,' : '$,';
    } else if (typeof value === 'object' && value !== null) {
      text += outlineOfPart(value, within, names, values);
    } else text += `${JSON.stringify(value)},`;
  }
  return `${text}},`;
}

/**
 * Finds the places of the event's values in its result.
 * @param data the event
 * @param result is changed by this
 * @returns undefined if a value is not where it is in the event
 */
export function gapped(
  data: object,
  result: { data?: unknown },
  names: ReadonlySet<string>,
): GappedResult | undefined {
  const id = randomUUID();
  const marks = { id, count: 0 };
  if (!mark(data, result.data, '', names, marks)) return undefined;
  const parts = JSON.stringify(result).split(new RegExp(`"${id} (\\d+)"`));
  return {
    pieces: parts.filter((_, i) => i % 2 === 0),
    order: parts.filter((_, i) => i % 2 === 1).map(Number),
  };
}

/** Puts marks in the places of the values, numbered like the outline's values. */
function mark(
  part: object,
  result: unknown,
  field: string,
  names: ReadonlySet<string>,
  marks: { readonly id: string; count: number },
): boolean {
  const shown = (result ?? {}) as Record<string, unknown>;
  const isList = Array.isArray(part);
  return Object.entries(part).every(([key, value]: [string, unknown]) => {
    const within = isList ? field : key;
    if (isFilledIn(value, within, names)) {
      if (shown[key] !== value) return false;
      shown[key] = `${marks.id} ${marks.count++}`;
      return true;
    }
    return typeof value !== 'object' || value === null || mark(value, shown[key], within, names, marks);
  });
}

/** @param values those of another event with the same outline */
export function filledIn({ pieces, order }: GappedResult, values: Outline['values']): string {
  const parts = [pieces[0]];
  for (let gap = 0; gap < order.length; gap++) {
    parts.push(JSON.stringify(values[order[gap] as number]), pieces[gap + 1]);
  }
  // Concatenating would keep the pieces in memory; joining keeps only the characters.
  return parts.join('');
}
