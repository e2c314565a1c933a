import { defaultCollation } from './collations.ts';
import { errors, NotSupported, ServerError } from '../errors.ts';
import { Schema, TableSchema } from './schema.ts';
import type { Column, TableParts } from './schema.ts';
import type { Change, ColumnDefinition, Constraint, Definition } from '../sql/syntax.ts';
import * as types from './types.ts';
import type { Type } from './types.ts';

/**
 * The tables after a CREATE, ALTER or DROP.
 * @throws ServerError if the tables do not allow it
 */
export function define(schema: Schema, definition: Definition): Schema {
  const tables = new Map(schema.tables);
  const { table: name } = definition;
  switch (definition.kind) {
    case 'createTable':
      if (!tables.has(name)) tables.set(name, createTable(definition));
      else if (!definition.ifNotExists)
        throw new ServerError(errors.tableExists, `Table '${name}' already exists`);
      break;
    case 'alterTable':
      tables.set(name, definition.changes.reduce(alterTable, schema.table(name)));
      break;
    case 'dropTable':
      if (!definition.ifExists) schema.table(name);
      tables.delete(name);
  }
  return new Schema(schema.database, tables);
}

function createTable(definition: Extract<Definition, { kind: 'createTable' }>): TableSchema {
  const collation = definition.collation ?? defaultCollation;
  const empty = { name: definition.table, indexes: [], checks: [], foreignKeys: [] };
  const columns = definition.columns.map((column) => createColumn(column, collation));
  const isPrimary = (constraint: Constraint) => constraint.kind === 'index' && constraint.name === 'PRIMARY';
  const [primary, ...others] = definition.constraints.toSorted(
    (a, b) => Number(isPrimary(b)) - Number(isPrimary(a)),
  );
  if (primary === undefined || !isPrimary(primary)) throw new NotSupported('a table without a primary key');
  return new TableSchema([primary, ...others].reduce(add, { ...empty, columns }));
}

function alterTable(table: TableSchema, change: Change): TableSchema {
  const parts = partsOf(table);
  switch (change.kind) {
    case 'addColumn':
      if (table.find(change.column.name) !== undefined) {
        throw new ServerError(errors.duplicateColumn, `Duplicate column name '${change.column.name}'`);
      }
      return new TableSchema({
        ...parts,
        columns: [...parts.columns, createColumn(change.column, defaultCollation)],
      });
    case 'modifyColumn': {
      const modified = createColumn(change.column, defaultCollation);
      const isIt = ({ name }: Column) => name === modified.name;
      return new TableSchema({
        ...parts,
        columns: parts.columns.map((column) => (isIt(column) ? modified : column)),
      });
    }
    case 'add':
      return new TableSchema(add(parts, change.constraint));
    case 'dropColumn':
      return new TableSchema({ ...parts, columns: parts.columns.filter(({ name }) => name !== change.name) });
    case 'dropIndex':
      return new TableSchema({ ...parts, indexes: parts.indexes.filter(({ name }) => name !== change.name) });
  }
}

function partsOf({ name, columns, indexes, checks, foreignKeys }: TableSchema): TableParts {
  const nameOf = (column: number) => (columns[column] as Column).name;
  return {
    ...{ name, columns, checks },
    foreignKeys,
    indexes: indexes.map((index) => ({
      name: index.name,
      columns: index.columns.map(nameOf),
      isUnique: index.isUnique,
    })),
  };
}

function add(parts: TableParts, constraint: Constraint): TableParts {
  switch (constraint.kind) {
    case 'index':
      if (parts.indexes.some(({ name }) => name === constraint.name)) {
        throw new ServerError(errors.duplicateKeyName, `Duplicate key name '${constraint.name}'`);
      }
      return withPrimaryNotNull({ ...parts, indexes: [...parts.indexes, constraint] });
    case 'check':
      return { ...parts, checks: [...parts.checks, constraint] };
    case 'foreignKey':
      return { ...parts, foreignKeys: [...parts.foreignKeys, constraint] };
  }
}

function withPrimaryNotNull(parts: TableParts): TableParts {
  const primary = new Set(parts.indexes[0]?.columns);
  const columns = parts.columns.map((column) =>
    primary.has(column.name) ? { ...column, isNullable: false } : column,
  );
  return { ...parts, columns };
}

function createColumn(definition: ColumnDefinition, collation: string): Column {
  const { name, isNullable, isAutoIncrement, default: given } = definition;
  const type = typeOf(definition, definition.collation ?? collation);
  const initial = given === undefined ? (isNullable ? null : undefined) : type.write(given);
  return { name, type, isNullable, isAutoIncrement, default: initial };
}

const bytes: Readonly<Record<string, number>> = { TINYINT: 1, SMALLINT: 2, INT: 4, BIGINT: 8 };

function typeOf({ type, arguments: given, isUnsigned }: ColumnDefinition, collation: string): Type {
  const [length = 1] = given as number[];
  switch (type) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return types.integer(bytes[type] as number, isUnsigned);
    case 'DOUBLE':
      return types.double;
    case 'CHAR':
      return types.char(collation, length);
    case 'VARCHAR':
      return types.text(collation, length);
    case 'TEXT':
      return types.text(collation, 65_535);
    case 'MEDIUMTEXT':
      return types.text(collation, 16_777_215);
    case 'ENUM':
      return types.enumeration(collation, given as string[]);
    case 'BINARY':
      return types.binary(length, true);
    case 'VARBINARY':
      return types.binary(length);
    case 'MEDIUMBLOB':
      return types.binary(16_777_215);
    case 'DATETIME':
      if (given[0] === 3) return types.instant;
      throw new NotSupported('DATETIME in other units than ms');
    default:
      throw new NotSupported(`the type ${type}`);
  }
}
