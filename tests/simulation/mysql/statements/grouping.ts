import { compile } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import { sorted } from './order.ts';
import type { Candidate } from './order.ts';
import { compareValues } from '../storage/schema.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Expression } from '../sql/syntax.ts';
import type { Value, Values } from '../storage/types.ts';

type Look = (candidate: Candidate) => Frame;

/** GROUP BY, or one group of all rows if there are aggregates without it. Undefined if rows stay as they are. */
export function compileGrouping(groupBy: readonly Expression[], scope: Scope) {
  if (!scope.isGrouped && groupBy.length === 0) return undefined;
  const order = groupBy.map((expression) => ({ by: compile(expression, scope), isDescending: false }));
  const nothing: Values[] = scope.slots.map(() => []);
  return (found: readonly Candidate[], look: Look): Candidate[] => {
    if (order.length === 0)
      return [{ rows: found[0]?.rows ?? nothing, group: found.map(({ rows }) => rows) }];
    const groups: { key: Value[]; rows: Values[]; group: Values[][] }[] = [];
    for (const candidate of sorted(found, order, look)) {
      const frame = look(candidate);
      const key = order.map(({ by }) => by.evaluate(frame));
      const last = groups.at(-1);
      const isSame = last?.key.every((value, i) => {
        const { type } = (order[i] as (typeof order)[0]).by;
        return compareValues(type, value, key[i] as Value) === 0;
      });
      if (isSame === true) last?.group.push(candidate.rows);
      else groups.push({ key, rows: candidate.rows, group: [candidate.rows] });
    }
    return groups;
  };
}
