import { parseExpression } from './parse-expression.ts';
import type { Change, ColumnDefinition, Constraint, Definition } from './syntax.ts';
import type { Tokens } from './tokens.ts';

// Parses CREATE, ALTER and DROP of tables and indexes.

export function parseDefinition(tokens: Tokens): Definition | undefined {
  if (tokens.accept('CREATE', 'TABLE')) return parseCreateTable(tokens);
  if (tokens.isNext('CREATE', 'INDEX') || tokens.isNext('CREATE', 'UNIQUE', 'INDEX')) {
    tokens.expect('CREATE');
    return parseCreateIndex(tokens);
  }
  if (tokens.accept('ALTER', 'TABLE')) {
    return { kind: 'alterTable', table: tokens.table(), changes: tokens.several(() => parseChange(tokens)) };
  }
  if (tokens.accept('DROP', 'TABLE')) {
    const ifExists = tokens.accept('IF', 'EXISTS');
    return { kind: 'dropTable', table: tokens.table(), ifExists };
  }
  if (tokens.accept('DROP', 'INDEX')) {
    const name = tokens.name();
    tokens.expect('ON');
    return { kind: 'alterTable', table: tokens.table(), changes: [{ kind: 'dropIndex', name }] };
  }
  return undefined;
}

function parseCreateTable(tokens: Tokens): Definition {
  const ifNotExists = tokens.accept('IF', 'NOT', 'EXISTS');
  const table = tokens.table();
  const columns: ColumnDefinition[] = [];
  const constraints: Constraint[] = [];
  tokens.list(() => {
    const constraint = parseConstraint(tokens);
    if (constraint !== undefined) {
      constraints.push(constraint);
      return;
    }
    const { column, isPrimary } = parseColumn(tokens);
    columns.push(column);
    if (isPrimary) constraints.push(primaryKey([column.name]));
  });
  return { kind: 'createTable', table, ifNotExists, columns, constraints, collation: parseOptions(tokens) };
}

const primaryKey = (columns: string[]): Constraint => ({
  kind: 'index',
  name: 'PRIMARY',
  columns,
  isUnique: true,
});

/** @returns the collation */
function parseOptions(tokens: Tokens): string | undefined {
  let collation: string | undefined;
  for (;;) {
    const option = tokens.acceptOneOf('ENGINE', 'DEFAULT', 'CHARSET', 'COLLATE');
    if (option === undefined) return collation;
    if (option === 'DEFAULT') continue;
    tokens.expect('=');
    const value = tokens.name();
    if (option === 'COLLATE') collation = value;
  }
}

function parseCreateIndex(tokens: Tokens): Definition {
  const isUnique = tokens.accept('UNIQUE');
  tokens.expect('INDEX');
  const name = tokens.name();
  tokens.expect('ON');
  const table = tokens.table();
  const columns = tokens.list(() => {
    const column = tokens.name();
    // An index of a prefix finds more rows, which are then compared as a whole. In a unique key it would be another rule.
    if (tokens.isNext('(')) {
      if (isUnique) tokens.fail('in a unique index');
      tokens.list(() => tokens.number());
    }
    return column;
  });
  const constraint: Constraint = { kind: 'index', name, columns, isUnique };
  return { kind: 'alterTable', table, changes: [{ kind: 'add', constraint }] };
}

function parseChange(tokens: Tokens): Change {
  if (tokens.accept('DROP')) {
    const kind = tokens.acceptOneOf('COLUMN', 'KEY', 'INDEX') ?? tokens.fail('after DROP');
    return { kind: kind === 'COLUMN' ? 'dropColumn' : 'dropIndex', name: tokens.name() };
  }
  if (tokens.accept('MODIFY', 'COLUMN')) return { kind: 'modifyColumn', column: parseColumn(tokens).column };
  tokens.expect('ADD');
  if (tokens.accept('COLUMN')) return { kind: 'addColumn', column: parseColumn(tokens).column };
  return { kind: 'add', constraint: parseConstraint(tokens) ?? tokens.fail('after ADD') };
}

function parseConstraint(tokens: Tokens): Constraint | undefined {
  const names = () => tokens.list(() => tokens.name());
  if (tokens.accept('PRIMARY', 'KEY')) return primaryKey(names());
  if (tokens.accept('UNIQUE', 'KEY') || tokens.accept('UNIQUE', 'INDEX')) {
    return { kind: 'index', name: tokens.name(), columns: names(), isUnique: true };
  }
  if (tokens.accept('KEY') || tokens.accept('INDEX')) {
    return { kind: 'index', name: tokens.name(), columns: names(), isUnique: false };
  }
  if (!tokens.accept('CONSTRAINT')) return undefined;
  const name = tokens.name();
  if (tokens.accept('CHECK')) {
    const [condition = tokens.fail('in CHECK')] = tokens.list(() => parseExpression(tokens));
    return { kind: 'check', name, condition };
  }
  tokens.expect('FOREIGN', 'KEY');
  const columns = names();
  tokens.expect('REFERENCES');
  const parent = tokens.name();
  const parentColumns = names();
  const onDelete = tokens.accept('ON', 'DELETE', 'CASCADE') ? 'cascade' : 'restrict';
  return { kind: 'foreignKey', name, columns, parent, parentColumns, onDelete };
}

function parseColumn(tokens: Tokens): { column: ColumnDefinition; isPrimary: boolean } {
  const name = tokens.name();
  const type = tokens.name().toUpperCase();
  const inParentheses = () => tokens.acceptKind('text') ?? tokens.number();
  const column = {
    name,
    type,
    arguments: tokens.isNext('(') ? tokens.list(inParentheses) : [],
    isUnsigned: tokens.accept('UNSIGNED'),
    collation: undefined as string | undefined,
    isNullable: true,
    isAutoIncrement: false,
    default: undefined as ColumnDefinition['default'],
  };
  let isPrimary = false;
  for (;;) {
    if (tokens.accept('CHARACTER', 'SET')) tokens.name();
    else if (tokens.accept('COLLATE')) column.collation = tokens.name();
    else if (tokens.accept('NOT', 'NULL')) column.isNullable = false;
    else if (tokens.accept('NULL')) column.isNullable = true;
    else if (tokens.accept('AUTO_INCREMENT')) column.isAutoIncrement = true;
    else if (tokens.accept('COMMENT')) tokens.text();
    else if (tokens.accept('PRIMARY', 'KEY')) isPrimary = true;
    else if (tokens.accept('DEFAULT')) column.default = parseDefault(tokens);
    else return { column: { ...column, isNullable: column.isNullable && !isPrimary }, isPrimary };
  }
}

function parseDefault(tokens: Tokens): string | number | null {
  if (tokens.accept('NULL')) return null;
  return tokens.acceptKind('text') ?? tokens.number();
}
