import { NotSupported } from '../errors.ts';
import { compile, compileColumnOfRows, compileList } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import type { Bound } from '../storage/ordered-index.ts';
import type { Compiled, Scope } from '../expressions/scope.ts';
import type { IndexSchema, TableSchema } from '../storage/schema.ts';
import type { Comparison, Expression } from '../sql/syntax.ts';
import { given } from '../storage/types.ts';
import type { Value, Values } from '../storage/types.ts';

/** The rows of an index from one bound to another. */
export interface Range {
  readonly from: Bound;
  readonly to: Bound;
}

/** How to find the rows of a table that a query needs. */
export interface AccessPath {
  /** Which of the table's indexes is used. */
  readonly index: number;
  readonly ranges: (frame: Frame) => readonly Range[];
  /** The conditions that all rows in the ranges fulfil. */
  readonly covers: ReadonlySet<Expression>;
  /** How many of the index's columns have a single value in all of the ranges. */
  readonly fixedColumns: number;
  /** 'one' if each range has at most one row; 'scan' if it is the whole table. */
  readonly finds: 'one' | 'range' | 'scan';
}

/** A condition on a column through which an index can find rows. */
interface Key {
  readonly condition: Expression;
  readonly column: number;
  readonly operator: Comparison | 'in' | 'is not null';
  readonly values: (frame: Frame) => readonly Value[];
  /** Whether rows that are found in this way may still not fulfil the condition. */
  readonly isPart?: boolean;
}

const mirrored: Record<Comparison, Comparison> = {
  ...{ '=': '=', '<=>': '<=>', '<>': '<>' },
  ...{ '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
};

/** The condition as a key for the source in this slot, if the rows of the sources before it are known. */
function keyOf(condition: Expression, slot: number, scope: Scope): Key | undefined {
  const columnOf = (expression: Expression) => {
    if (expression.kind !== 'column') return undefined;
    const found = scope.resolve(expression.table, expression.name);
    return found.column?.slot === slot ? { ...found, position: found.column.position } : undefined;
  };
  const isKnown = ({ uses }: { uses: number }) => uses < 1 << slot;
  if (condition.kind === 'isNull') {
    const column = columnOf(condition.operand);
    return column && { condition, column: column.position, operator: '<=>', values: () => [null] };
  }
  if (condition.kind === 'not' && condition.operand.kind === 'isNull') {
    const column = columnOf(condition.operand.operand);
    return column && { condition, column: column.position, operator: 'is not null', values: () => [] };
  }
  if (condition.kind === 'in' && condition.operand.kind === 'row') {
    const operand = condition.operand.items[0] as Expression;
    const column = columnOf(operand);
    if (column === undefined) return undefined;
    const values = compileColumnOfRows(condition.list, 0, column, scope);
    return { condition, column: column.position, operator: 'in', values, isPart: true };
  }
  if (condition.kind === 'in') {
    const column = columnOf(condition.operand);
    const list = column && compileList(condition.list, column, scope);
    if (column === undefined || list === undefined || !isKnown(list)) return undefined;
    return { condition, column: column.position, operator: 'in', values: list.values };
  }
  if (condition.kind !== 'binary' || !(condition.operator in mirrored)) return undefined;
  const operator = condition.operator as Comparison;
  for (const [side, other, as] of [
    [condition.left, condition.right, operator],
    [condition.right, condition.left, mirrored[operator]],
  ] as const) {
    const column = columnOf(side);
    const operand = column && compile(other, scope);
    if (column === undefined || operand === undefined || !isKnown(operand)) continue;
    return { condition, column: column.position, operator: as, values: readAs(column, operand) };
  }
  return undefined;
}

function readAs({ type }: Compiled, operand: Compiled): Key['values'] {
  return operand.type === given
    ? (frame) => [type.read(operand.evaluate(frame))]
    : (frame) => [operand.evaluate(frame)];
}

/** Chooses an index for conditions that must all be fulfilled. */
export function choosePath(
  table: TableSchema,
  slot: number,
  conditions: readonly Expression[],
  { scope, hint }: { scope: Scope; hint: string | undefined },
): AccessPath {
  const keys = conditions.flatMap((condition) => keyOf(condition, slot, scope) ?? []);
  const candidates = table.indexes.flatMap((index, position) =>
    hint === undefined || hint === index.name ? [usage(index, position, keys)] : [],
  );
  const [best] = candidates.sort((a, b) => b.worth - a.worth);
  if (best === undefined) throw new NotSupported(`the index ${hint ?? ''} of ${table.name}`);
  return best.path;
}

/** How many columns of the index these keys fix. */
function usage(
  index: IndexSchema,
  position: number,
  keys: readonly Key[],
): { path: AccessPath; worth: number } {
  const equal: Key[] = [];
  for (const column of index.columns) {
    const key = keys.find((one) => one.column === column && ['=', '<=>', 'in'].includes(one.operator));
    if (key === undefined) break;
    equal.push(key);
  }
  const next = index.columns[equal.length];
  const low = keys.find(({ column, operator }) => column === next && (operator === '>' || operator === '>='));
  const high = keys.find(
    ({ column, operator }) => column === next && (operator === '<' || operator === '<='),
  );
  const known = keys.find(({ column, operator }) => column === next && operator === 'is not null');
  const limits = [low, high, known].filter((limit) => limit !== undefined);
  const isWhole = equal.length === index.columns.length;
  const isOne = isWhole && index.isUnique && !equal.some(({ operator }) => operator === '<=>');
  const several = equal.findIndex(({ operator }) => operator === 'in');
  const path: AccessPath = {
    index: position,
    ranges: rangesOf(index, equal, limits.length > 0 && { low, high }),
    covers: new Set([...equal, ...limits].flatMap(({ condition, isPart }) => (isPart ? [] : [condition]))),
    fixedColumns: several < 0 ? equal.length : several,
    finds: isOne ? 'one' : equal.length + limits.length === 0 ? 'scan' : 'range',
  };
  return { path, worth: (isOne ? 100 : 0) + equal.length * 2 + (limits.length > 0 ? 1 : 0) };
}

/** false means no limits: all values. With limits, NULL does not count. */
type Limits = false | Record<'low' | 'high', Key | undefined>;

function rangesOf(index: IndexSchema, equal: readonly Key[], limits: Limits): AccessPath['ranges'] {
  return (frame) => {
    const ranges: Range[] = [];
    for (const key of keysOf(index, equal, frame)) {
      if (limits === false) {
        ranges.push({ from: { key, isAfter: false }, to: { key, isAfter: true } });
        continue;
      }
      const { low, high } = limits;
      const [least] = low?.values(frame) ?? [];
      const [most] = high?.values(frame) ?? [];
      if (least === null || most === null) continue;
      ranges.push({
        // Without a lower limit, the range begins after NULL, which is neither above nor below anything.
        from:
          least === undefined
            ? { key: [...key, null], isAfter: true }
            : bound(key, least, low?.operator === '>'),
        to: most === undefined ? { key, isAfter: true } : bound(key, most, high?.operator === '<='),
      });
    }
    return ranges;
  };
}

const bound = (key: Values, value: Value, isAfter: boolean): Bound => ({ key: [...key, value], isAfter });

/** The keys that fulfil all of the conditions, in the order of the index, each once. */
function keysOf(index: IndexSchema, equal: readonly Key[], frame: Frame): Values[] {
  let keys: Values[] = [[]];
  for (const { operator, values } of equal) {
    const found = values(frame).filter((value) => value !== null || operator === '<=>');
    const [only] = found;
    keys =
      found.length === 1 && keys.length === 1
        ? [[...(keys[0] as Values), only as Value]]
        : keys.flatMap((key) => found.map((value) => [...key, value]));
  }
  if (keys.length < 2) return keys;
  const sorted = keys.sort((a, b) => index.compareKeys(a, b));
  return sorted.filter((key, i) => i === 0 || index.compareKeys(sorted[i - 1] as Values, key) !== 0);
}
