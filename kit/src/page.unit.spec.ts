import { isId, newId } from './ids.ts';
import { fromCursor, pageSize, toConnection, toCursor } from './page.ts';

const badInput = (argument: string) =>
  expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', argument } });

describe('a page', () => {
  it.each([1, 20, 100])('may have %i rows', (first) => {
    expect(pageSize(first)).toBe(first);
  });

  it.each([0, -1, 101, 1_000_000_000])('may not have %i rows', (first) => {
    expect(() => pageSize(first)).toThrow(badInput('first'));
  });

  it('says whether there is a next one, which is found by its cursor', () => {
    const rows = [{ id: newId() }, { id: newId() }, { id: newId() }];
    const page = toConnection(rows, 2, ({ id }) => id);
    expect(page.edges.map(({ node }) => node)).toEqual(rows.slice(0, 2));
    expect(page.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: page.edges[0]!.cursor,
      endCursor: page.edges[1]!.cursor,
    });
    expect(fromCursor(page.pageInfo.endCursor, isId)).toBe(rows[1]!.id);
    const last = toConnection(rows, 3, ({ id }) => id, page.pageInfo.endCursor);
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('that is empty has no cursor', () => {
    expect(toConnection([], 20, String)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('starts at the beginning without a cursor', () => {
    expect(fromCursor(null, isId)).toBeUndefined();
    expect(fromCursor(undefined, isId)).toBeUndefined();
  });

  it.each(['', 'x', toCursor('1 OR 1=1'), toCursor(newId() + ' '), '한국', 'A'.repeat(100_000)])(
    'is refused after the made-up cursor %.20p',
    (cursor) => {
      expect(() => fromCursor(cursor, isId)).toThrow(badInput('after'));
    },
  );
});
