import { createHash } from 'node:crypto';
import { defaultCollation } from '../storage/collations.ts';
import { NotSupported } from '../errors.ts';
import { compile, compileList } from './compile.ts';
import type { Frame } from './frame.ts';
import { as, commonType, usesOf } from './operators.ts';
import type { Compiled, Scope } from './scope.ts';
import type { Expression } from '../sql/syntax.ts';
import { bigint, binary, given, instant, text, truth } from '../storage/types.ts';
import type { NotNull, Type, Value } from '../storage/types.ts';

type Make = (given: readonly Expression[], scope: Scope) => Compiled;

/** A function about the connection or the server, whose value never changes. */
const constant =
  (type: Type, evaluate: (frame: Frame) => Value): Make =>
  () => ({ type, uses: 0, evaluate });

/** A function whose arguments and result have one type. */
const amongEqual =
  (choose: (values: Value[], type: Type) => Value): Make =>
  (expressions, scope) => {
    const operands = expressions.map((expression) => compile(expression, scope));
    const type = commonType(operands);
    const values = operands.map((operand) => as(type, operand));
    const evaluate = (frame: Frame) =>
      choose(
        values.map((value) => value.evaluate(frame)),
        type,
      );
    return { type, uses: usesOf(operands), evaluate };
  };

/** A function of texts; NULL if one of them is. */
const ofTexts =
  (type: Type, work: (...texts: string[]) => string): Make =>
  (expressions, scope) => {
    const operands = expressions.map((expression) => compile(expression, scope));
    const evaluate = (frame: Frame): Value => {
      const values = operands.map((operand) => operand.evaluate(frame));
      return values.includes(null) ? null : work(...values.map(String));
    };
    return { type, uses: usesOf(operands), evaluate };
  };

const word = text(defaultCollation, Infinity);

/** NOW() has whole seconds, NOW(3) ms. */
const now: Make = ([precision]) => {
  if (precision === undefined) return instantOf((ms) => ms - (ms % 1_000));
  if (precision.kind === 'literal' && precision.value === 3) return instantOf((ms) => ms);
  throw new NotSupported('the time in other units than s and ms');
};
const instantOf = (read: (ms: number) => number): Compiled => ({
  type: instant,
  uses: 0,
  evaluate: (frame) => read(frame.now),
});

const choice: Make = ([when, then, otherwise], scope) => {
  if (when === undefined || then === undefined || otherwise === undefined)
    throw new NotSupported('an IF like that');
  return compile({ kind: 'case', branches: [{ when, then }], otherwise }, scope);
};

/** FIELD: the place, from 1, of the first argument among the others. */
const field: Make = ([wanted, ...others], scope) => {
  const operand = compile(wanted ?? missing('FIELD'), scope);
  const list = compileList(others, operand, scope);
  const { type } = operand;
  const evaluate = (frame: Frame): Value => {
    const value = operand.evaluate(frame);
    return value === null
      ? 0
      : list.values(frame).findIndex((one) => one !== null && type.compare(value, one) === 0) + 1;
  };
  return { type: bigint, uses: operand.uses | list.uses, evaluate };
};

/** ELT: the one of the other arguments whose place the first one gives. */
const elt: Make = ([place, ...others], scope) => {
  const operand = compile(place ?? missing('ELT'), scope);
  const list = compileList(others, undefined, scope);
  const evaluate = (frame: Frame): Value => {
    const at = operand.evaluate(frame);
    const found = typeof at !== 'number' || at < 1 ? null : (list.values(frame)[at - 1] ?? null);
    // The result is always a text.
    return typeof found === 'number' ? String(found) : found;
  };
  return { type: given, uses: operand.uses | list.uses, evaluate };
};

const missing = (name: string): never => {
  throw new NotSupported(`${name} without arguments`);
};

const firstKnown = (values: Value[]): Value => values.find((value) => value !== null) ?? null;

function greatest(values: Value[], type: Type): Value {
  if (values.includes(null)) return null;
  return (values as NotNull[]).reduce((most, value) => (type.compare(value, most) > 0 ? value : most));
}

export const functions: Readonly<Record<string, Make | undefined>> = {
  COALESCE: amongEqual(firstKnown),
  CONCAT: ofTexts(word, (...texts) => texts.join('')),
  CONNECTION_ID: constant(bigint, ({ connectionId }) => connectionId),
  CURRENT_TIMESTAMP: now,
  DATABASE: constant(word, ({ database }) => database.schema.database),
  ELT: elt,
  FIELD: field,
  // This lock works between processes; here migrations run one after the other.
  GET_LOCK: constant(truth, () => 1),
  GREATEST: amongEqual(greatest),
  IF: choice,
  NOW: now,
  RELEASE_LOCK: constant(truth, () => 1),
  SHA2: ofTexts(word, (content, bits) =>
    createHash(`sha${Number(bits)}`)
      .update(content)
      .digest('hex'),
  ),
  UNHEX: ofTexts(binary(Infinity), (hex) => Buffer.from(hex, 'hex').toString('latin1')),
  UTC_TIMESTAMP: now,
  VERSION: constant(word, () => '8.4.0'),
};
