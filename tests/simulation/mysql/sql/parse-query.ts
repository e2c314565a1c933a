import { parseExpression } from './parse-expression.ts';
import type {
  Assignment,
  Delete,
  Expression,
  Insert,
  Item,
  Order,
  Select,
  Source,
  Update,
} from './syntax.ts';
import type { Tokens } from './tokens.ts';

// Parses SELECT, INSERT, UPDATE and DELETE.

export function parseSelect(tokens: Tokens): Select {
  tokens.expect('SELECT');
  const items = tokens.several(() => (tokens.accept('*') ? '*' : parseItem(tokens)));
  const from = tokens.accept('FROM') ? parseFrom(tokens) : [];
  const where = parseWhere(tokens);
  const groupBy = tokens.accept('GROUP', 'BY') ? tokens.several(() => parseExpression(tokens)) : [];
  const orderBy = parseOrderBy(tokens);
  const limit = parseLimit(tokens);
  return { kind: 'select', items, from, where, groupBy, orderBy, limit, lock: parseLock(tokens) };
}

function parseItem(tokens: Tokens): Item {
  const value = parseExpression(tokens);
  if (tokens.accept('AS')) return { value, name: tokens.name() };
  if (value.kind === 'column') return { value, name: value.name };
  if (value.kind === 'literal') return { value, name: String(value.value) };
  return { value, name: '' };
}

function parseLock(tokens: Tokens): Select['lock'] {
  if (!tokens.accept('FOR', 'UPDATE')) return 'none';
  return tokens.accept('SKIP', 'LOCKED') ? 'skip' : 'wait';
}

function parseFrom(tokens: Tokens): Source[] {
  const sources = [parseSource(tokens)];
  while (tokens.accept('JOIN') || tokens.accept('INNER', 'JOIN')) {
    const source = parseSource(tokens);
    tokens.expect('ON');
    sources.push({ ...source, on: parseExpression(tokens) });
  }
  return sources;
}

function parseSource(tokens: Tokens): Source {
  if (tokens.accept('(')) {
    const from = parseSelect(tokens);
    tokens.expect(')');
    tokens.accept('AS');
    return { from, alias: tokens.name(), index: undefined, on: undefined };
  }
  const from = tokens.table();
  const alias = parseAlias(tokens) ?? from;
  const isHinted = tokens.acceptOneOf('FORCE', 'USE') !== undefined;
  if (isHinted) tokens.expect('INDEX');
  const index = isHinted ? tokens.list(() => tokens.name()).join() : undefined;
  return { from, alias, index, on: undefined };
}

const afterSource = ['FORCE', 'USE', 'WHERE', 'JOIN', 'INNER', 'ON', 'GROUP', 'ORDER', 'LIMIT', 'FOR', 'SET'];
const endsSource = [
  ...afterSource,
  'LEFT',
  'RIGHT',
  'CROSS',
  'NATURAL',
  'STRAIGHT_JOIN',
  'HAVING',
  'UNION',
  ')',
];

function parseAlias(tokens: Tokens): string | undefined {
  if (tokens.accept('AS')) return tokens.name();
  if (endsSource.some((word) => tokens.isNext(word))) return undefined;
  return tokens.acceptKind('name') ?? (tokens.isWordNext() ? tokens.name() : undefined);
}

const parseWhere = (tokens: Tokens): Expression | undefined =>
  tokens.accept('WHERE') ? parseExpression(tokens) : undefined;

const parseLimit = (tokens: Tokens): Expression | undefined =>
  tokens.accept('LIMIT') ? parseExpression(tokens) : undefined;

export function parseOrderBy(tokens: Tokens): Order[] {
  if (!tokens.accept('ORDER', 'BY')) return [];
  return tokens.several(() => {
    const by = parseExpression(tokens);
    return { by, isDescending: tokens.acceptOneOf('ASC', 'DESC') === 'DESC' };
  });
}

export function parseInsert(tokens: Tokens): Insert {
  const isReplace = tokens.accept('REPLACE');
  if (!isReplace) tokens.expect('INSERT');
  const isIgnore = !isReplace && tokens.accept('IGNORE');
  tokens.expect('INTO');
  const table = tokens.table();
  const columns = tokens.isNext('(') ? tokens.list(() => tokens.name()) : undefined;
  const rows = tokens.isNext('SELECT') ? parseSelect(tokens) : parseRows(tokens);
  let onDuplicate: Insert['onDuplicate'] = isReplace ? 'replace' : isIgnore ? 'ignore' : 'fail';
  if (onDuplicate === 'fail' && tokens.accept('ON', 'DUPLICATE', 'KEY', 'UPDATE')) {
    onDuplicate = parseAssignments(tokens);
  }
  return { kind: 'insert', table, onDuplicate, columns, rows };
}

function parseRows(tokens: Tokens): Insert['rows'] {
  tokens.expect('VALUES');
  const index = tokens.parameters;
  if (tokens.acceptKind('parameter') !== undefined) return { kind: 'parameter', index };
  return tokens.several(() => tokens.list(() => parseExpression(tokens)));
}

export function parseUpdate(tokens: Tokens): Update {
  tokens.expect('UPDATE');
  const source = parseSource(tokens);
  tokens.expect('SET');
  const assignments = parseAssignments(tokens);
  return { kind: 'update', source, assignments, where: parseWhere(tokens) };
}

function parseAssignments(tokens: Tokens): Assignment[] {
  return tokens.several(() => {
    const first = tokens.name();
    const column = tokens.accept('.') ? tokens.name() : first;
    tokens.expect('=');
    return { column, value: parseExpression(tokens) };
  });
}

export function parseDelete(tokens: Tokens): Delete {
  tokens.expect('DELETE', 'FROM');
  const source = parseSource(tokens);
  return { kind: 'delete', source, where: parseWhere(tokens), limit: parseLimit(tokens) };
}
