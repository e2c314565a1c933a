import { badUserInput } from './errors.ts';

/** One page of a list, as the contract's connections show it. */
export interface Connection<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** @throws BAD_USER_INPUT unless 1 ≤ first ≤ 100 */
export function pageSize(first: number): number {
  if (first < 1 || first > 100) throw badUserInput('first', 'must be from 1 to 100.');
  return first;
}

/** A cursor is opaque to clients: the key of the row that the next page starts after. */
export const toCursor = (key: string): string => Buffer.from(key).toString('base64url');

/**
 * The key in a cursor, or undefined when there is no cursor.
 * @param isKey tells keys from invented cursors
 * @throws BAD_USER_INPUT for a cursor that this service did not make
 */
export function fromCursor(
  after: string | null | undefined,
  isKey: (key: string) => boolean,
): string | undefined {
  if (after === null || after === undefined) return undefined;
  const key = Buffer.from(after, 'base64url').toString();
  if (!isKey(key)) throw badUserInput('after', 'must be a cursor of an earlier page.');
  return key;
}

/**
 * @param rows up to `first + 1` rows; the last one only shows that there is a next page
 * @param after the cursor that the page starts after, if any; its row is before this page
 */
export function toConnection<Node>(
  rows: readonly Node[],
  first: number,
  keyOf: (node: Node) => string,
  after?: string | null,
): Connection<Node> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: toCursor(keyOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== undefined && after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
