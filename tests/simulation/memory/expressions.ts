import type { Expression, Select } from './parser.ts';
import { SqlError } from './tables.ts';
import type { Row, Table } from './tables.ts';

/** What an expression is evaluated in: a row of each table in scope, and what the call gave. */
export interface Context {
  readonly rows: (Row | undefined)[];
  readonly params: readonly unknown[];
  readonly connectionId: number;
  readonly now: () => Date;
  /** Of an INSERT … ON DUPLICATE KEY UPDATE: the row that could not be inserted. */
  inserting: Row | undefined;
  /** Rows of the group that is aggregated. */
  group: readonly (readonly (Row | undefined)[])[] | undefined;
  /** Runs a subselect and gives its rows. */
  readonly select: (select: CompiledSelect, context: Context) => readonly Row[];
}

export interface CompiledSelect {
  readonly select: Select;
  readonly scope: Scope;
}

export type Evaluate = (context: Context) => unknown;

/** The tables whose columns an expression may name, each in its slot of the context. */
export interface Scope {
  readonly tables: readonly { readonly alias: string; readonly slot: number; readonly table: Table }[];
  readonly outer: Scope | undefined;
  readonly compileSelect: (select: Select, outer: Scope) => CompiledSelect;
}

export function compile(expression: Expression, scope: Scope): Evaluate {
  switch (expression.kind) {
    case 'value': {
      const { value } = expression;
      return () => value;
    }
    case 'placeholder': {
      const { index } = expression;
      return ({ params }) => plain(params[index]);
    }
    case 'column':
      return columnOf(expression.table, expression.name, scope);
    case 'call':
      return callOf(expression.name, expression.args, scope);
    case 'operator':
      return operatorOf(
        expression.operator,
        expression.args.map((one) => compile(one, scope)),
      );
    case 'in': {
      const value = compile(expression.value, scope);
      const among = listOf(expression.among, scope);
      const { not } = expression;
      return (context) => {
        const left = value(context);
        if (left === null) return null;
        const isIn = among(context).some((one) => compare(left, one) === 0);
        return truth(isIn !== not);
      };
    }
    case 'case':
      return caseOf(expression, scope);
    case 'subselect': {
      const compiled = scope.compileSelect(expression.select, scope);
      if (expression.exists) return (context) => truth(context.select(compiled, context).length > 0);
      return (context) => {
        const [row] = context.select(compiled, context);
        return row === undefined ? null : (Object.values(row)[0] ?? null);
      };
    }
    default:
      return expression satisfies never;
  }
}

const truth = (is: boolean): 0 | 1 => (is ? 1 : 0);

/** As the driver sends it. */
const plain = (value: unknown): unknown =>
  value === undefined ? null : typeof value === 'boolean' ? truth(value) : value;

/** Arguments in a row; a placeholder that is given an array stands for its elements. */
export function listOf(expressions: readonly Expression[], scope: Scope): (context: Context) => unknown[] {
  const values = expressions.map((one) => compile(one, scope));
  return (context) => {
    const list: unknown[] = [];
    for (const value of values) {
      const one = value(context);
      if (Array.isArray(one)) list.push(...one.map(plain));
      else list.push(one);
    }
    return list;
  };
}

function columnOf(alias: string | undefined, name: string, scope: Scope): Evaluate {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    const found = level.tables.find(
      (one) =>
        (alias === undefined || one.alias === alias) &&
        one.table.definition.columns.some((column) => column.name === name),
    );
    if (found === undefined) continue;
    const { slot } = found;
    return ({ rows }) => rows[slot]?.[name] ?? null;
  }
  throw new SqlError(1054, 'ER_BAD_FIELD_ERROR', `Unknown column '${alias ?? ''}.${name}'`);
}

/** Less than, equal to or greater than 0; NaN when one of them is NULL. */
export function compare(left: unknown, right: unknown): number {
  if (left === null || right === null) return NaN;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return numberOf(left) - numberOf(right);
}

const numberOf = (value: unknown): number => (value instanceof Date ? value.getTime() : Number(value));

/** Three-valued: NULL is neither true nor false. */
export const isTrue = (value: unknown): boolean | null => (value === null ? null : numberOf(value) !== 0);

const comparisonsOf: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

const arithmeticOf: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

function operatorOf(operator: string, args: readonly Evaluate[]): Evaluate {
  const [left, right, third] = args as [Evaluate, Evaluate, Evaluate];
  const comparison = comparisonsOf[operator];
  if (comparison !== undefined) {
    return (context) => {
      const order = compare(left(context), right(context));
      return Number.isNaN(order) ? null : truth(comparison(order));
    };
  }
  const arithmetic = arithmeticOf[operator];
  if (arithmetic !== undefined) {
    return (context) => {
      const [a, b] = [left(context), right(context)];
      return a === null || b === null ? null : arithmetic(numberOf(a), numberOf(b));
    };
  }
  switch (operator) {
    case 'AND':
      return (context) => connective(args, context, false);
    case 'OR':
      return (context) => connective(args, context, true);
    case 'NOT':
      return (context) => {
        const is = isTrue(left(context));
        return is === null ? null : truth(!is);
      };
    case 'IS NULL':
      return (context) => truth(left(context) === null);
    case 'IS NOT NULL':
      return (context) => truth(left(context) !== null);
    case '<=>':
      return (context) => {
        const [a, b] = [left(context), right(context)];
        return truth(a === null || b === null ? a === b : compare(a, b) === 0);
      };
    case 'BETWEEN':
      return (context) => {
        const value = left(context);
        return truth(compare(value, right(context)) >= 0 && compare(value, third(context)) <= 0);
      };
    default:
      throw new Error(`the database in memory does not know the operator ${operator}`);
  }
}

/** AND and OR: what `decides` decides whatever the others are. */
function connective(args: readonly Evaluate[], context: Context, decides: boolean): 0 | 1 | null {
  let isUnknown = false;
  for (const arg of args) {
    const is = isTrue(arg(context));
    if (is === decides) return truth(decides);
    isUnknown ||= is === null;
  }
  return isUnknown ? null : truth(!decides);
}

function caseOf({ on, whens, otherwise }: Extract<Expression, { kind: 'case' }>, scope: Scope): Evaluate {
  const subject = on && compile(on, scope);
  const branches = whens.map(([when, then]) => [compile(when, scope), compile(then, scope)] as const);
  const last = otherwise && compile(otherwise, scope);
  return (context) => {
    for (const [when, then] of branches) {
      const value = when(context);
      const isIt = subject === undefined ? isTrue(value) === true : compare(subject(context), value) === 0;
      if (isIt) return then(context);
    }
    return last?.(context) ?? null;
  };
}

const aggregates = ['COUNT', 'SUM', 'MIN', 'MAX'];

export const isAggregate = (expression: Expression): boolean =>
  expression.kind === 'call' && aggregates.includes(expression.name);

function callOf(name: string, args: readonly Expression[], scope: Scope): Evaluate {
  if (aggregates.includes(name)) return aggregateOf(name, args[0] && compile(args[0], scope));
  if (name === 'VALUES') {
    const column = args[0]?.kind === 'column' ? args[0].name : '';
    return ({ inserting }) => inserting?.[column] ?? null;
  }
  const list = listOf(args, scope);
  switch (name) {
    case 'NOW':
    case 'UTC_TIMESTAMP':
      return ({ now }) => now();
    case 'CONNECTION_ID':
      return ({ connectionId }) => connectionId;
    case 'IF':
      return (context) => {
        const [condition, then, otherwise] = list(context);
        return isTrue(condition ?? null) === true ? then : otherwise;
      };
    case 'COALESCE':
      return (context) => list(context).find((one) => one !== null) ?? null;
    case 'GREATEST':
      return (context) => list(context).reduce((a, b) => (compare(a, b) >= 0 ? a : b));
    case 'LEAST':
      return (context) => list(context).reduce((a, b) => (compare(a, b) <= 0 ? a : b));
    case 'FIELD':
      return (context) => {
        const [value, ...among] = list(context);
        return among.findIndex((one) => compare(value ?? null, one) === 0) + 1;
      };
    case 'ELT':
      return (context) => {
        const [index, ...among] = list(context);
        return among[Number(index) - 1] ?? null;
      };
    default:
      throw new Error(`the database in memory does not know the function ${name}`);
  }
}

function aggregateOf(name: string, value: Evaluate | undefined): Evaluate {
  return (context) => {
    const values = (context.group ?? []).map(
      (rows) => value?.({ ...context, rows: [...rows] }) ?? (value ? null : 1),
    );
    const known = values.filter((one) => one !== null);
    if (name === 'COUNT') return known.length;
    if (known.length === 0) return null;
    // A DECIMAL, and those arrive as strings.
    if (name === 'SUM') return String(known.reduce((sum: number, one) => sum + numberOf(one), 0));
    return known.reduce((a, b) => (compare(a, b) <= 0 === (name === 'MIN') ? a : b));
  };
}
