import { badUserInput } from './errors.ts';

/*
 * How services keep what clients write: in Unicode's composed form (NFC), so that texts that look the same are the same,
 * whichever keyboard they came from. Sizes are in characters, which are code points, as the columns of the tables count them.
 */

export interface TextLimits {
  /** Characters. 0 where the text may be left empty. */
  readonly min: number;
  readonly max: number;
  /** Whether it may have line breaks and tabs. */
  readonly isLong?: boolean;
}

/** Half of a surrogate pair: no character, and nothing that UTF-8 could carry. */
const halfCharacter = /\p{Surrogate}/u;
const controls = /[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}]/u;
const controlsOfLongText = /(?![\t\n\r])\p{Control}/u;
/** White space, what is not drawn (zero-width characters, fillers, …), and Braille's empty cell, which is a symbol to Unicode. */
const invisible = /[\s\p{Default_Ignorable_Code_Point}\p{Format}\u2800]/gu;
const notDrawn = /[\p{Default_Ignorable_Code_Point}\p{Format}]/gu;

/** The text as it is kept and compared: composed, and without surrounding space. */
export const normalised = (value: string): string => value.normalize('NFC').trim();

/** What a reader sees of a text: two texts that look alike have the same result. */
export const looksOf = (value: string): string =>
  normalised(value).replace(notDrawn, '').replace(/\s+/gu, ' ').trim();

const lengthOf = (value: string): number => Array.from(value).length;

/**
 * Why a text cannot be accepted in any form; undefined when it can. It completes a sentence that begins with the
 * argument's name.
 */
function mistakeIn(value: string, { isLong = false }: Pick<TextLimits, 'isLong'>): string | undefined {
  if (halfCharacter.test(value)) return 'must not have half of a character (a lone surrogate).';
  if ((isLong ? controlsOfLongText : controls).test(value)) return 'must not have control characters.';
  if (value !== '' && value.replace(invisible, '') === '') return 'must have something that can be seen.';
  return undefined;
}

/** What somebody typed, normalised; or what is wrong with it, completing a sentence that begins with its name. */
export function checkText(value: string, limits: TextLimits): { text: string } | { mistake: string } {
  const { min, max } = limits;
  const wrongSize = {
    mistake: min > 0 ? `must have ${min} to ${max} characters.` : `must have at most ${max} characters.`,
  };
  // Four units of UTF-16 at the most become one composed character. What is longer costs no time to compose.
  if (value.length > 4 * max) return wrongSize;
  const mistake = mistakeIn(value.trim(), limits);
  if (mistake !== undefined) return { mistake };
  const text = normalised(value);
  const length = lengthOf(text);
  return length < min || length > max ? wrongSize : { text };
}

/** @throws BAD_USER_INPUT naming the argument unless it is a text of this size; returns it normalised */
export function text(argument: string, value: string, limits: TextLimits): string {
  const checked = checkText(value, limits);
  if ('mistake' in checked) throw badUserInput(argument, checked.mistake);
  return checked.text;
}

/**
 * For values that clients invent and send again, such as an idempotency key: they are kept unchanged, to the last unit.
 * @throws BAD_USER_INPUT naming the argument unless it has `min` to `max` distinguishable characters
 */
export function checkToken(argument: string, value: string, { min, max }: TextLimits): void {
  const isTooLong = value.length > 2 * max || lengthOf(value) > max;
  if (isTooLong || value.length < min) throw badUserInput(argument, `must have ${min} to ${max} characters.`);
  const mistake = mistakeIn(value, {});
  if (mistake !== undefined) throw badUserInput(argument, mistake);
}
