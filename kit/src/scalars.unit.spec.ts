import { parseValue } from 'graphql';
import { dateTime } from './scalars.ts';

describe('an instant', () => {
  it.each(['2000-01-01T00:00:00.000Z', '2026-11-20T17:30:00+09:00', '2100-12-31T23:59:59.999Z'])(
    '%s is taken, as a variable and as a literal',
    (text) => {
      expect(dateTime.parseValue(text)).toEqual(new Date(text));
      expect(dateTime.parseLiteral(parseValue(`"${text}"`))).toEqual(new Date(text));
    },
  );

  it.each([
    '1999-12-31T23:59:59.999Z',
    '2101-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59-14:00',
    '2026-02-30T00:00:00Z',
    '2026-11-20',
    '2026-11-20T08:30:00|09:00',
    'nope',
    '',
    1_800_000_000_000,
    null,
    ['2026-11-20T08:30:00Z'],
    { toISOString: 'x' },
  ])('%j is refused, as a variable and as a literal', (value) => {
    expect(() => dateTime.parseValue(value)).toThrow();
    const literal = Array.isArray(value)
      ? '["x"]'
      : typeof value === 'object'
        ? '{a: 1}'
        : JSON.stringify(value);
    expect(() => dateTime.parseLiteral(parseValue(literal))).toThrow();
  });

  it('that a database holds is shown, whenever it is', () => {
    expect(dateTime.serialize(new Date('1970-01-01T00:00:00Z'))).toBe('1970-01-01T00:00:00.000Z');
  });
});
