import { parseDefinition } from './parse-definition.ts';
import { parseDelete, parseInsert, parseSelect, parseUpdate } from './parse-query.ts';
import type { Statement } from './syntax.ts';
import { Tokens } from './tokens.ts';

/*
 * This parser is written by hand, because node-sql-parser 5.4 does not accept `VALUES ?`, FORCE INDEX (PRIMARY), savepoints and
 * SET TRANSACTION, and accepts much that this server would have to refuse anyway.
 */

/** @throws NotSupported for anything that this server does not know */
export function parse(sql: string, database: string): Statement {
  const tokens = new Tokens(sql, database);
  const statement = parseStatement(tokens);
  tokens.end();
  return statement;
}

function parseStatement(tokens: Tokens): Statement {
  if (tokens.isNext('SELECT')) return parseSelect(tokens);
  if (tokens.isNext('INSERT') || tokens.isNext('REPLACE')) return parseInsert(tokens);
  if (tokens.isNext('UPDATE')) return parseUpdate(tokens);
  if (tokens.isNext('DELETE')) return parseDelete(tokens);
  if (tokens.accept('START', 'TRANSACTION')) return { kind: 'begin' };
  if (tokens.accept('COMMIT')) return { kind: 'commit' };
  if (tokens.accept('ROLLBACK', 'TO', 'SAVEPOINT')) return { kind: 'rollbackTo', name: tokens.name() };
  if (tokens.accept('ROLLBACK')) return { kind: 'rollback' };
  if (tokens.accept('SAVEPOINT')) return { kind: 'savepoint', name: tokens.name() };
  if (tokens.accept('RELEASE', 'SAVEPOINT')) return { kind: 'release', name: tokens.name() };
  // The only level that this server has.
  if (tokens.accept('SET', 'TRANSACTION', 'ISOLATION', 'LEVEL', 'READ', 'COMMITTED'))
    return { kind: 'isolation' };
  return parseDefinition(tokens) ?? tokens.fail('at the beginning');
}
