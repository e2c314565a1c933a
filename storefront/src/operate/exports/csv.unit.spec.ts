import { csvLines } from './csv.ts';

describe('a line of CSV', () => {
  it.each([
    [['a', 1, null, undefined, -5], 'a,1,,,-5\r\n'],
    [['Park, Mina', 'says "hi"', 'two\nlines'], '"Park, Mina","says ""hi""","two\nlines"\r\n'],
    [['-5', '0042'], '-5,0042\r\n'],
  ])('has %j as it is', (row, line) => {
    expect(csvLines([row])).toBe(line);
  });

  it.each(['=1+1', '+82 10', '-1+2', '@SUM(A1)', '\tcmd', '\r=1'])('makes no formula of %j', (text) => {
    expect(csvLines([[text]]).replaceAll('"', '')).toBe(`'${text}\r\n`);
  });

  it('escapes what is a formula behind a quotation mark, too', () => {
    expect(csvLines([['=HYPERLINK("x","y")']])).toBe('"\'=HYPERLINK(""x"",""y"")"\r\n');
  });
});
