/** How texts are compared. All of these collations ignore spaces at the end. */

const unpadded = (text: string): string =>
  text.charCodeAt(text.length - 1) === 32 ? text.replace(/ +$/, '') : text;

/** Compares by code points. */
function comparePadded(left: string, right: string): number {
  if (left === right) return 0;
  const [a, b] = [unpadded(left), unpadded(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

const collator = new Intl.Collator('und', { sensitivity: 'base' });

/** Ignores case and accents: this is the first level of the Unicode collation algorithm. */
const compareFolded = (left: string, right: string): number =>
  left === right ? 0 : collator.compare(unpadded(left), unpadded(right));

/** The collation of literals, and of columns that name no other one. */
export const defaultCollation = 'utf8mb4_unicode_520_ci';

export const collations = {
  ascii_bin: comparePadded,
  utf8mb4_bin: comparePadded,
  [defaultCollation]: compareFolded,
};

/** Whether the text matches a pattern of LIKE: `%`, `_`, and `\` before one of them. */
export function isLike(text: string, pattern: string, collation: string): boolean {
  const source = pattern.replaceAll(/\\([\s\S])|%|_|[.*+?^${}()|[\]\\/]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
    if (found === '%') return '[\\s\\S]*';
    return found === '_' ? '[\\s\\S]' : `\\${found}`;
  });
  const isFolded = !collation.endsWith('_bin');
  const fold = (value: string) => (isFolded ? value.normalize('NFD').replaceAll(/\p{M}/gu, '') : value);
  return new RegExp(`^${fold(source)}$`, isFolded ? 'iu' : 'u').test(fold(text));
}
