import type { Aggregate, Arithmetic, Comparison, Expression } from './syntax.ts';
import { parseOrderBy, parseSelect } from './parse-query.ts';
import type { Tokens } from './tokens.ts';

// Parses by recursive descent, from the operators that bind least to those that bind most.

export function parseExpression(tokens: Tokens): Expression {
  let left = parseAnd(tokens);
  while (tokens.accept('OR')) left = { kind: 'binary', operator: 'OR', left, right: parseAnd(tokens) };
  return left;
}

function parseAnd(tokens: Tokens): Expression {
  let left = parseNot(tokens);
  while (tokens.accept('AND')) left = { kind: 'binary', operator: 'AND', left, right: parseNot(tokens) };
  return left;
}

function parseNot(tokens: Tokens): Expression {
  if (tokens.isNext('NOT', 'EXISTS')) return parseComparison(tokens);
  return tokens.accept('NOT') ? not(parseNot(tokens)) : parseComparison(tokens);
}

const not = (operand: Expression): Expression => ({ kind: 'not', operand });

const comparisons = ['=', '<=>', '<>', '!=', '<=', '<', '>=', '>'];

function parseComparison(tokens: Tokens): Expression {
  let left = parseSum(tokens);
  for (;;) {
    const sign = tokens.acceptOneOf(...comparisons);
    if (sign !== undefined) {
      const operator = (sign === '!=' ? '<>' : sign) as Comparison;
      left = { kind: 'binary', operator, left, right: parseSum(tokens) };
    } else if (tokens.accept('IS')) {
      const isNot = tokens.accept('NOT');
      tokens.expect('NULL');
      const isNull: Expression = { kind: 'isNull', operand: left };
      left = isNot ? not(isNull) : isNull;
    } else if (tokens.accept('NOT')) {
      left = not(parsePredicate(tokens, left) ?? tokens.fail('after NOT'));
    } else {
      const predicate = parsePredicate(tokens, left);
      if (predicate === undefined) return left;
      left = predicate;
    }
  }
}

function parsePredicate(tokens: Tokens, operand: Expression): Expression | undefined {
  if (tokens.accept('IN')) {
    return { kind: 'in', operand, list: tokens.list(() => parseExpression(tokens)) };
  }
  if (tokens.accept('LIKE')) {
    return { kind: 'binary', operator: 'LIKE', left: operand, right: parseSum(tokens) };
  }
  if (!tokens.accept('BETWEEN')) return undefined;
  const low = parseSum(tokens);
  tokens.expect('AND');
  const high = parseSum(tokens);
  const atLeast: Expression = { kind: 'binary', operator: '>=', left: operand, right: low };
  const atMost: Expression = { kind: 'binary', operator: '<=', left: operand, right: high };
  return { kind: 'binary', operator: 'AND', left: atLeast, right: atMost };
}

function parseSum(tokens: Tokens): Expression {
  let left = parseProduct(tokens);
  for (;;) {
    const operator = tokens.acceptOneOf('+', '-') as Arithmetic | undefined;
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: parseProduct(tokens) };
  }
}

function parseProduct(tokens: Tokens): Expression {
  let left = parsePrimary(tokens);
  for (;;) {
    const operator = tokens.acceptOneOf('*', '%') as Arithmetic | undefined;
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: parsePrimary(tokens) };
  }
}

function parsePrimary(tokens: Tokens): Expression {
  const literal = parseLiteral(tokens);
  if (literal !== undefined) return literal;
  if (tokens.isNext('(', 'SELECT')) return { kind: 'subquery', select: parseSubquery(tokens) };
  if (tokens.accept('(')) {
    const items = tokens.several(() => parseExpression(tokens));
    tokens.expect(')');
    return items.length === 1 ? (items[0] as Expression) : { kind: 'row', items };
  }
  if (tokens.accept('NOT', 'EXISTS')) return not({ kind: 'exists', select: parseSubquery(tokens) });
  if (tokens.accept('EXISTS')) return { kind: 'exists', select: parseSubquery(tokens) };
  if (tokens.accept('CASE')) return parseCase(tokens);
  if (tokens.accept('DEFAULT')) return { kind: 'default' };
  return parseNamed(tokens);
}

function parseLiteral(tokens: Tokens): Expression | undefined {
  const index = tokens.parameters;
  if (tokens.acceptKind('parameter') !== undefined) return { kind: 'parameter', index };
  const text = tokens.acceptKind('text');
  if (text !== undefined) return { kind: 'literal', value: text };
  if (tokens.accept('NULL')) return { kind: 'literal', value: null };
  if (tokens.accept('TRUE')) return { kind: 'literal', value: 1 };
  if (tokens.accept('FALSE')) return { kind: 'literal', value: 0 };
  if (tokens.accept('-')) return { kind: 'literal', value: -tokens.number() };
  const number = tokens.acceptKind('number');
  return number === undefined ? undefined : { kind: 'literal', value: Number(number) };
}

function parseSubquery(tokens: Tokens) {
  tokens.expect('(');
  const select = parseSelect(tokens);
  tokens.expect(')');
  return select;
}

function parseCase(tokens: Tokens): Expression {
  const operand = tokens.isNext('WHEN') ? undefined : parseExpression(tokens);
  const branches: { when: Expression; then: Expression }[] = [];
  while (tokens.accept('WHEN')) {
    const given = parseExpression(tokens);
    tokens.expect('THEN');
    const when: Expression =
      operand === undefined ? given : { kind: 'binary', operator: '=', left: operand, right: given };
    branches.push({ when, then: parseExpression(tokens) });
  }
  const otherwise: Expression = tokens.accept('ELSE')
    ? parseExpression(tokens)
    : { kind: 'literal', value: null };
  tokens.expect('END');
  return { kind: 'case', branches, otherwise };
}

/** A column or a call. */
function parseNamed(tokens: Tokens): Expression {
  const name = tokens.name();
  if (!tokens.isNext('(')) {
    return tokens.accept('.')
      ? { kind: 'column', table: name, name: tokens.name() }
      : { kind: 'column', table: undefined, name };
  }
  const called = name.toUpperCase();
  switch (called) {
    case 'COUNT':
    case 'SUM':
    case 'MIN':
    case 'MAX':
      return parseAggregate(tokens, called);
    case 'ROW_NUMBER':
      return parseRowNumber(tokens);
    case 'VALUES':
      return { kind: 'inserted', name: tokens.list(() => tokens.name()).join() };
    default:
      return { kind: 'call', name: called, arguments: parseArguments(tokens) };
  }
}

function parseArguments(tokens: Tokens): Expression[] {
  return tokens.accept('(', ')') ? [] : tokens.list(() => parseExpression(tokens));
}

function parseAggregate(tokens: Tokens, name: Aggregate): Expression {
  if (name === 'COUNT' && tokens.accept('(', '*', ')')) {
    return { kind: 'aggregate', name, argument: undefined };
  }
  const [argument] = tokens.list(() => parseExpression(tokens));
  return { kind: 'aggregate', name, argument };
}

function parseRowNumber(tokens: Tokens): Expression {
  tokens.expect('(', ')', 'OVER', '(');
  const partitionBy = tokens.accept('PARTITION', 'BY') ? tokens.several(() => parseExpression(tokens)) : [];
  const orderBy = parseOrderBy(tokens);
  tokens.expect(')');
  return { kind: 'rowNumber', partitionBy, orderBy };
}
