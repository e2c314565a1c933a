import { errors, NotSupported, ServerError } from '../errors.ts';
import type { Frame } from './frame.ts';
import { functions } from './functions.ts';
import { as, commonType, compileOperator, isTrue, usesOf } from './operators.ts';
import { insertedRow } from './scope.ts';
import type { Compiled, Scope } from './scope.ts';
import { Query } from '../statements/select.ts';
import type { Expression } from '../sql/syntax.ts';
import { runToEnd } from '../statements/steps.ts';
import { bigint, decimal, double, given, truth } from '../storage/types.ts';
import type { NotNull, Value } from '../storage/types.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** Turns an expression into a closure. */
export function compile(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case 'literal':
      return { type: given, uses: 0, evaluate: () => expression.value };
    case 'parameter':
      return compileParameter(expression);
    case 'column':
      return scope.resolve(expression.table, expression.name);
    case 'inserted':
      return scope.resolve(insertedRow, expression.name);
    case 'not':
      return test(compile(expression.operand, scope), (value) =>
        value === null ? null : Number(!isTrue(value)),
      );
    case 'isNull':
      return test(compile(expression.operand, scope), (value) => Number(value === null));
    case 'in':
      return compileIn(expression, scope);
    case 'binary':
      return compileOperator(
        expression.operator,
        compile(expression.left, scope),
        compile(expression.right, scope),
      );
    case 'call':
      return compileCall(expression, scope);
    case 'aggregate':
      return compileAggregate(expression, scope);
    case 'case':
      return compileCase(expression, scope);
    case 'exists':
      return compileExists(expression, scope);
    case 'subquery':
      return compileSubquery(expression, scope);
    case 'row':
    case 'rowNumber':
    case 'default':
      throw new NotSupported(`${expression.kind} in this place`);
  }
}

function compileParameter({ index }: Of<'parameter'>): Compiled {
  const evaluate = ({ parameters }: Frame): Value => {
    if (index < parameters.length) return (parameters[index] ?? null) as Value;
    throw new ServerError(errors.syntax, `placeholder ${index + 1} has no value`);
  };
  return { type: given, uses: 0, evaluate };
}

const test = (operand: Compiled, decide: (value: Value) => number | null): Compiled => ({
  type: truth,
  uses: operand.uses,
  evaluate: (frame) => decide(operand.evaluate(frame)),
});

/** A list of values. The client may have given several for one placeholder. */
export interface CompiledList {
  readonly uses: number;
  readonly values: (frame: Frame) => readonly Value[];
}

/** @param like what the values are compared with; undefined if they are not compared */
export function compileList(
  list: readonly Expression[],
  like: Compiled | undefined,
  scope: Scope,
): CompiledList {
  const operands = list.map((one) => compile(one, scope));
  const type = commonType([...operands, ...(like === undefined ? [] : [like])]);
  const uses = usesOf(operands);
  const memo = scope.addMemo();
  const read = (frame: Frame): readonly Value[] =>
    operands.flatMap((operand) => {
      const value: unknown = operand.evaluate(frame);
      if (!Array.isArray(value)) return operand.type === given ? type.read(value) : (value as Value);
      if (value.length === 0) throw new ServerError(errors.syntax, 'a placeholder is an empty list');
      return value.map((one) => type.read(one));
    });
  const values = (frame: Frame) => {
    if (uses !== 0) return read(frame);
    return (frame.memos[memo] ??= read(frame)) as readonly Value[];
  };
  return { uses, values };
}

/** The values at one position of all rows in a placeholder. */
export function compileColumnOfRows(
  list: readonly Expression[],
  at: number,
  like: Compiled,
  scope: Scope,
): (frame: Frame) => readonly Value[] {
  const [rows, ...others] = list;
  if (rows?.kind !== 'parameter' || others.length > 0) throw new NotSupported('rows that are written out');
  const memo = scope.addMemo();
  const read = ({ parameters }: Frame): readonly Value[] => {
    const given = parameters[rows.index] as readonly (readonly unknown[])[];
    if (given.length === 0) throw new ServerError(errors.syntax, 'a placeholder is an empty list');
    return given.map((row) => like.type.read(row[at]));
  };
  return (frame) => (frame.memos[memo] ??= read(frame)) as readonly Value[];
}

/** (a, b) IN (?), where the placeholder stands for rows without NULL. */
function compileRowIn(items: readonly Expression[], list: readonly Expression[], scope: Scope): Compiled {
  const operands = items.map((item, at) => {
    const operand = compile(item, scope);
    return { ...operand, among: compileColumnOfRows(list, at, operand, scope) };
  });
  const evaluate = (frame: Frame): Value => {
    const values = operands.map((operand) => operand.evaluate(frame));
    if (values.includes(null)) return null;
    const among = operands.map((operand) => operand.among(frame));
    const isRow = (_: unknown, row: number) =>
      operands.every(({ type }, at) => {
        const wanted = among[at]?.[row] as NotNull;
        return type.compare(values[at] as NotNull, wanted) === 0;
      });
    return Number(among[0]?.some(isRow));
  };
  return { type: truth, uses: usesOf(operands), evaluate };
}

function compileIn({ operand, list }: Of<'in'>, scope: Scope): Compiled {
  if (operand.kind === 'row') return compileRowIn(operand.items, list, scope);
  const compared = compile(operand, scope);
  const among = compileList(list, compared, scope);
  const { type } = compared;
  const evaluate = (frame: Frame): Value => {
    const value = compared.evaluate(frame);
    if (value === null) return null;
    const values = among.values(frame);
    if (values.some((one) => one !== null && type.compare(value, one) === 0)) return 1;
    return values.includes(null) ? null : 0;
  };
  return { type: truth, uses: compared.uses | among.uses, evaluate };
}

function compileCall({ name, arguments: given }: Of<'call'>, scope: Scope): Compiled {
  const make = functions[name];
  if (make === undefined) throw new NotSupported(`the function ${name}`);
  return make(given, scope);
}

function compileCase({ branches, otherwise }: Of<'case'>, scope: Scope): Compiled {
  const whens = branches.map(({ when }) => compile(when, scope));
  const results = [...branches.map(({ then }) => then), otherwise].map((result) => compile(result, scope));
  const type = commonType(results);
  const chosen = results.map((result) => as(type, result));
  const evaluate = (frame: Frame): Value => {
    const branch = whens.findIndex((when) => isTrue(when.evaluate(frame)));
    return (chosen.at(branch) as Compiled).evaluate(frame);
  };
  return { type, uses: usesOf([...whens, ...results]), evaluate };
}

function compileExists({ select }: Of<'exists'>, scope: Scope): Compiled {
  const query = new Query({ ...select, limit: { kind: 'literal', value: 1 } }, scope);
  return { type: truth, uses: query.uses, evaluate: (frame) => runToEnd(query.run(frame)).length };
}

function compileSubquery({ select }: Of<'subquery'>, scope: Scope): Compiled {
  const query = new Query(select, scope);
  const [column, ...others] = query.columns;
  if (column === undefined || others.length > 0) throw new NotSupported('a subquery of several columns');
  const evaluate = (frame: Frame): Value => {
    const rows = runToEnd(query.run(frame));
    if (rows.length > 1) throw new NotSupported('a subquery of several rows');
    return rows[0]?.[0] ?? null;
  };
  return { type: column.type, uses: query.uses, evaluate };
}

/** Evaluated on the group that the frame is at. */
function compileAggregate({ name, argument }: Of<'aggregate'>, scope: Scope): Compiled {
  scope.isGrouped = true;
  const operand = argument && compile(argument, scope);
  const { slots } = scope;
  const valuesOf = (frame: Frame): NotNull[] =>
    frame.group.flatMap((rows) => {
      frame.lookAt(slots, rows);
      return operand === undefined ? 1 : (operand.evaluate(frame) ?? []);
    });
  if (name === 'COUNT' || operand === undefined) {
    return { type: bigint, uses: 0, evaluate: (frame) => valuesOf(frame).length };
  }
  const { type, uses } = operand;
  if (name === 'SUM') {
    if (type.kind !== 'number') throw new NotSupported(`a sum of ${type.name}`);
    const sum = (frame: Frame) => {
      const values = valuesOf(frame) as number[];
      return values.length === 0 ? null : values.reduce((all, value) => all + value, 0);
    };
    return { type: type === double ? double : decimal, uses, evaluate: sum };
  }
  const sign = name === 'MIN' ? 1 : -1;
  const extreme = (frame: Frame) => {
    const [first = null] = valuesOf(frame).sort((a, b) => sign * type.compare(a, b));
    return first;
  };
  return { type, uses, evaluate: extreme };
}
