import { checkText, checkToken, looksOf, text } from './text.ts';

const title = (value: string) => text('input.title', value, { min: 1, max: 200 });
const refused = { extensions: { code: 'BAD_USER_INPUT', argument: 'input.title' } };

describe('a text', () => {
  it.each([
    ['typed on a Mac', '밤의 정원'.normalize('NFD'), '밤의 정원'],
    ['with an accent of its own', 'Cafe\u0301', 'Café'],
    ['with space around it', ' \u3000\u00a0\ufeffA\n', 'A'],
  ])('%s is composed and trimmed', (_what, typed, kept) => {
    expect(title(typed)).toBe(kept);
  });

  it.each([
    ['a family of emoji', '👩‍👩‍👧‍👦'],
    ['an emoji that ends with a selector', 'I ❤️'],
    ['a flag that ends with a tag', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['Persian, which joins and does not join', 'می‌خواهم'],
    ['Hindi', 'क्ष'],
    ['both writing directions', 'שלום \u200fA\u200e'],
    ['letters outside of the first plane', '𝕆𐐷'],
  ])('may be %s', (_what, typed) => {
    expect(title(typed)).toBe(typed);
  });

  it.each([
    ['half an emoji', 'A\ud83c'],
    ['the other half', '\udfabA'],
    ['NUL', 'A\u0000B'],
    ['a bell', '\u0007'],
    ['a line break', 'A\nB'],
    ['a line separator', 'A\u2028B'],
    ['DEL', 'A\u007f'],
    ['nothing', ''],
    ['spaces only', ' \u3000 '],
    ['zero-width spaces only', '\u200b\u200d\u2060\ufeff'],
    ['Hangul fillers only', '\u3164\u115f'],
    ['an empty Braille cell', '\u2800'],
    ['a soft hyphen', '\u00ad'],
    ['201 characters', 'x'.repeat(201)],
    ['201 emoji', '🎫'.repeat(201)],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('must not be %s', (_what, typed) => {
    expect(() => title(typed)).toThrow(expect.objectContaining(refused));
  });

  it('is measured in composed characters', () => {
    expect(title('각'.repeat(200).normalize('NFD'))).toHaveLength(200);
    expect(Array.from(title('🎫'.repeat(200)))).toHaveLength(200);
  });

  it('may have lines and be empty where that is said', () => {
    expect(checkText('Act 1\r\n\tAct 2\n', { min: 0, max: 20, isLong: true })).toEqual({
      text: 'Act 1\r\n\tAct 2',
    });
    expect(checkText('', { min: 0, max: 20, isLong: true })).toEqual({ text: '' });
    expect(checkText('\u0000', { min: 0, max: 20, isLong: true })).toHaveProperty('mistake');
    expect(checkText('\u200b', { min: 0, max: 20, isLong: true })).toHaveProperty('mistake');
  });

  it('that is far too long is refused for its length alone, which takes no time, whatever it is made of', () => {
    // It has nothing but a length, so who looks at anything else fails.
    const endless = Object.create(null, { length: { value: 1_000_000 } }) as string;
    expect(checkText(endless, { min: 1, max: 200 })).toHaveProperty('mistake');
  });
});

describe('what texts look like', () => {
  it('is the same for those that nobody can tell apart', () => {
    for (const twin of ['각 석'.normalize('NFD'), '각\u00a0석', '각 \u200b석', ' 각 석 ', '각 석\u2060']) {
      expect(looksOf(twin)).toBe(looksOf('각 석'));
    }
  });

  it('is another for those that only a collation takes for one', () => {
    expect(looksOf('ハハ')).not.toBe(looksOf('パパ'));
    expect(looksOf('Ost')).not.toBe(looksOf('Øst'));
    expect(looksOf('a')).not.toBe(looksOf('A'));
  });
});

describe('a token that a client makes up', () => {
  const check = (value: string) => () => checkToken('input.title', value, { min: 1, max: 128 });

  it('may be whatever has 1 to 128 characters', () => {
    for (const token of ['k', 'x'.repeat(128), '🎫'.repeat(128), ' a ', 'e\u0301'])
      expect(check(token)).not.toThrow();
  });

  it.each([
    ['nothing', ''],
    ['too long', 'x'.repeat(129)],
    ['too many emoji', '🎫'.repeat(129)],
    ['half an emoji, which would be the same as another half', 'a\ud83c'],
    ['a control character', 'a\u0000'],
    ['invisible', '\u200b'],
  ])('must not be %s', (_what, token) => {
    expect(check(token)).toThrow(expect.objectContaining(refused));
  });
});
