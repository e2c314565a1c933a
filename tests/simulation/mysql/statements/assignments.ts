import { errors, NotSupported, ServerError } from '../errors.ts';
import { compile } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import type { Column, TableSchema } from '../storage/schema.ts';
import type { Compiled, Scope } from '../expressions/scope.ts';
import type { Assignment, Expression } from '../sql/syntax.ts';
import { given } from '../storage/types.ts';
import type { Value, Values } from '../storage/types.ts';

/** Computes the value that a column is to have. */
type Assign = (frame: Frame) => Value;

/** @param value undefined means the column's default */
export function compileAssignment(column: Column, value: Compiled | undefined): Assign {
  if (value !== undefined) return converted(column, value);
  if (column.default !== undefined) return () => column.default as Value;
  if (column.isNullable || column.isAutoIncrement) return () => null;
  return () => {
    throw new ServerError(errors.noDefault, `Field '${column.name}' doesn't have a default value`);
  };
}

/** The value that a statement gives a column; undefined means DEFAULT. */
export const compileValue = (value: Expression, scope: Scope): Compiled | undefined =>
  value.kind === 'default' ? undefined : compile(value, scope);

function converted({ name, type }: Column, value: Compiled): Assign {
  if (value.type === given) return (frame) => type.write(value.evaluate(frame));
  if (value.type.kind !== type.kind) throw new NotSupported(`${value.type.name} in the column ${name}`);
  return (frame) => value.evaluate(frame);
}

export interface Change {
  readonly position: number;
  readonly assign: Assign;
}

export const compileChanges = (
  assignments: readonly Assignment[],
  table: TableSchema,
  scope: Scope,
): Change[] =>
  assignments.map(({ column, value }) => {
    const position = table.position(column);
    return {
      position,
      assign: compileAssignment(table.columns[position] as Column, compileValue(value, scope)),
    };
  });

/** The row after the changes. They are made from left to right, and each sees the earlier ones. */
export function changed(frame: Frame, slot: number, before: Values, changes: readonly Change[]): Values {
  const after = [...before];
  frame.rows[slot] = after;
  for (const { position, assign } of changes) after[position] = assign(frame);
  return after;
}

/** A row's CHECKs, and the limits of its columns. */
export class RowRules {
  readonly #table: TableSchema;
  readonly #slot: number;
  readonly #checks: readonly { name: string; condition: Compiled }[];

  /** @param slot the slot of the table in the scope */
  constructor(table: TableSchema, slot: number, scope: Scope) {
    this.#table = table;
    this.#slot = slot;
    this.#checks = table.checks.map(({ name, condition }) => ({
      name,
      condition: compile(condition, scope),
    }));
  }

  /** @throws ServerError if the row breaks one of them */
  check(frame: Frame, values: Values): void {
    const { columns } = this.#table;
    for (let position = 0; position < columns.length; position++) {
      const { name, type, isNullable } = columns[position] as Column;
      const value = values[position] as Value;
      if (value !== null) type.check(value, name);
      else if (!isNullable) throw new ServerError(errors.badNull, `Column '${name}' cannot be null`);
    }
    frame.rows[this.#slot] = values;
    for (const { name, condition } of this.#checks) {
      if (condition.evaluate(frame) === 0) {
        throw new ServerError(errors.checkViolated, `Check constraint '${name}' is violated.`);
      }
    }
  }
}
