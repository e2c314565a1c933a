import { compile } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import { sorted } from './order.ts';
import type { Candidate } from './order.ts';
import type { Compiled, Scope } from '../expressions/scope.ts';
import { columnAt } from '../expressions/scope.ts';
import type { Expression, Item } from '../sql/syntax.ts';
import { bigint } from '../storage/types.ts';

export interface RowNumbers {
  /** The values of ROW_NUMBER() OVER (…), as columns of sources that are added to those in FROM. */
  readonly columns: ReadonlyMap<Expression, Compiled>;
  /** Numbers the rows. */
  readonly assign: (found: readonly Candidate[], look: (candidate: Candidate) => Frame) => void;
}

export function compileRowNumbers(items: readonly Item[], scope: Scope): RowNumbers {
  const windows = items.flatMap(({ value }) => {
    if (value.kind !== 'rowNumber') return [];
    const partition = value.partitionBy.map((expression) => compile(expression, scope));
    const order = value.orderBy.map(({ by, isDescending }) => ({ by: compile(by, scope), isDescending }));
    const slot = scope.add('', []);
    return { value, partition, order, slot, place: scope.slots.indexOf(slot) };
  });
  const columns = new Map(windows.map(({ value, slot }) => [value, columnAt(slot, 0, bigint)]));
  const assign: RowNumbers['assign'] = (found, look) => {
    for (const { partition, order, place } of windows) {
      const counts = new Map<string, number>();
      for (const candidate of sorted(found, order, look)) {
        const frame = look(candidate);
        const key = JSON.stringify(partition.map((one) => one.evaluate(frame)));
        const nth = (counts.get(key) ?? 0) + 1;
        counts.set(key, nth);
        candidate.rows[place] = [nth];
      }
    }
  };
  return { columns, assign };
}
