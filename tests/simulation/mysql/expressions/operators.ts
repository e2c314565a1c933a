import { isLike } from '../storage/collations.ts';
import { errors, NotSupported, ServerError } from '../errors.ts';
import type { Frame } from './frame.ts';
import type { Compiled } from './scope.ts';
import type { Arithmetic, BinaryOperator, Comparison } from '../sql/syntax.ts';
import { bigint, double, given, truth } from '../storage/types.ts';
import type { Type, Value } from '../storage/types.ts';

export const usesOf = (operands: readonly Compiled[]): number =>
  operands.reduce((uses, operand) => uses | operand.uses, 0);

export const isTrue = (value: Value): boolean => value !== null && value !== 0;

/** The type in which the operands are compared, or in which one of them is chosen. */
export function commonType(operands: readonly Compiled[]): Type {
  const typed = operands.filter(({ type }) => type !== given).map(({ type }) => type);
  const [first = given, ...others] = typed;
  const odd = others.find((type) => type.name !== first.name);
  if (odd === undefined) return first;
  throw new NotSupported(`${first.name} and ${odd.name} together`);
}

/** The operand, converted to the type if a client gave it. */
export function as(type: Type, operand: Compiled): Compiled {
  if (operand.type !== given || type === given) return operand;
  return { type, uses: operand.uses, evaluate: (frame) => type.read(operand.evaluate(frame)) };
}

export function compileOperator(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  switch (operator) {
    case 'AND':
      return compileAnd(left, right);
    case 'OR':
      return compileOr(left, right);
    case 'LIKE':
      return compileLike(left, right);
    case '+':
    case '-':
    case '*':
    case '%':
      return compileArithmetic(operator, left, right);
    case '=':
    case '<=>':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileComparison(operator, left, right);
  }
}

const compileAnd = (left: Compiled, right: Compiled): Compiled => ({
  type: truth,
  uses: left.uses | right.uses,
  evaluate: (frame) => {
    const first = left.evaluate(frame);
    if (first !== null && !isTrue(first)) return 0;
    const second = right.evaluate(frame);
    if (second !== null && !isTrue(second)) return 0;
    return first === null || second === null ? null : 1;
  },
});

const compileOr = (left: Compiled, right: Compiled): Compiled => ({
  type: truth,
  uses: left.uses | right.uses,
  evaluate: (frame) => {
    const first = left.evaluate(frame);
    if (isTrue(first)) return 1;
    const second = right.evaluate(frame);
    if (isTrue(second)) return 1;
    return first === null || second === null ? null : 0;
  },
});

const isSo: Record<Comparison, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<=>': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function compileComparison(operator: Comparison, leftOperand: Compiled, rightOperand: Compiled): Compiled {
  const type = commonType([leftOperand, rightOperand]);
  if (type.kind === 'enum' && !['=', '<>', '<=>'].includes(operator)) {
    throw new NotSupported('the order of an ENUM');
  }
  const [left, right] = [as(type, leftOperand), as(type, rightOperand)];
  const holds = isSo[operator];
  return {
    type: truth,
    uses: left.uses | right.uses,
    evaluate: (frame) => {
      const a = left.evaluate(frame);
      const b = right.evaluate(frame);
      if (a === null || b === null) return operator === '<=>' ? Number(a === b) : null;
      return holds(type.compare(a, b)) ? 1 : 0;
    },
  };
}

function compileLike(text: Compiled, pattern: Compiled): Compiled {
  const type = commonType([text, pattern]);
  const [left, right] = [as(type, text), as(type, pattern)];
  return {
    type: truth,
    uses: left.uses | right.uses,
    evaluate: (frame) => {
      const value = left.evaluate(frame);
      const like = right.evaluate(frame);
      return value === null || like === null ? null : Number(isLike(String(value), String(like), type.name));
    },
  };
}

function compileArithmetic(operator: Arithmetic, leftOperand: Compiled, rightOperand: Compiled): Compiled {
  const operands = [leftOperand, rightOperand];
  const odd = operands.find(({ type }) => type.kind !== 'number' && type !== given);
  if (odd !== undefined) throw new NotSupported(`reckoning with ${odd.type.name}`);
  const type = operands.some((operand) => operand.type === double) ? double : bigint;
  const isUnsigned = operands.some((operand) => operand.type.isUnsigned === true);
  const [left, right] = [as(type, leftOperand), as(type, rightOperand)];
  const evaluate = (frame: Frame): Value => {
    const a = left.evaluate(frame) as number | null;
    const b = right.evaluate(frame) as number | null;
    if (a === null || b === null) return null;
    const result = reckon[operator](a, b);
    if (isUnsigned && result !== null && result < 0) {
      throw new ServerError(errors.outOfRangeResult, 'BIGINT UNSIGNED value is out of range');
    }
    return result;
  };
  return { type, uses: left.uses | right.uses, evaluate };
}

const reckon: Record<Arithmetic, (a: number, b: number) => number | null> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '%': (a, b) => (b === 0 ? null : a % b),
};
