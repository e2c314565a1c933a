import type { AccessPath } from './access-path.ts';
import { compile } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import { compareValues } from '../storage/schema.ts';
import type { TableSchema } from '../storage/schema.ts';
import type { Compiled, Scope } from '../expressions/scope.ts';
import type { Order } from '../sql/syntax.ts';
import type { Value, Values } from '../storage/types.ts';

/** One row of each source of a query. For a group, its first rows, and all of them. */
export interface Candidate {
  readonly rows: Values[];
  readonly group: readonly (readonly Values[])[];
}

export interface Sorting {
  readonly by: Compiled;
  readonly isDescending: boolean;
}

/** @param named the expressions to which SELECT gives names, which ORDER BY may use */
export function compileOrder(
  orderBy: readonly Order[],
  named: ReadonlyMap<string, Compiled>,
  scope: Scope,
): Sorting[] {
  return orderBy.map(({ by, isDescending }) => {
    const name = by.kind === 'column' && by.table === undefined ? by.name : undefined;
    const item = name === undefined ? undefined : named.get(name.toLowerCase());
    return { by: item ?? compile(by, scope), isDescending };
  });
}

/** Whether rows that are found by the path are in that order. */
export function isInOrder(path: AccessPath, table: TableSchema, order: readonly Sorting[]): boolean {
  const columns = table.indexes[path.index]?.columns ?? [];
  const fixed = new Set(columns.slice(0, path.fixedColumns));
  const coming = [...columns.slice(path.fixedColumns), ...(table.indexes[0]?.columns ?? [])];
  return order.every(({ by, isDescending }) => {
    if (by.column === undefined) return false;
    if (fixed.has(by.column.position)) return true;
    return !isDescending && coming.shift() === by.column.position;
  });
}

export function sorted(
  candidates: readonly Candidate[],
  order: readonly Sorting[],
  look: (candidate: Candidate) => Frame,
): Candidate[] {
  const keyed = candidates.map((candidate) => {
    const frame = look(candidate);
    return { candidate, key: order.map(({ by }) => by.evaluate(frame)) };
  });
  keyed.sort((a, b) => {
    for (const [i, { by, isDescending }] of order.entries()) {
      const way = compareValues(by.type, a.key[i] as Value, b.key[i] as Value);
      if (way !== 0) return isDescending ? -way : way;
    }
    return 0;
  });
  return keyed.map(({ candidate }) => candidate);
}
