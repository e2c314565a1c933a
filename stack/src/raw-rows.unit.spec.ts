import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Expression, Node, SourceFile } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { API, SymbolFlags } from 'typescript/unstable/sync';
import type { Checker, Project, Type, TypeReference } from 'typescript/unstable/sync';
import { rootFolder } from './home.ts';
import { subgraphs } from './layout.ts';

/*
 * The compiler believes what `manager.query<Row[]>(…)` says about its rows. Here each such type is compared with what the
 * statement selects. It reads just so much SQL as our statements use.
 */

/** By file, how many statements have a list that is put together when they run. */
const notJudged: Readonly<Record<string, number>> = {
  'subgraphs/concerts/src/storage/fan-seats.ts': 2,
  'subgraphs/reservations/src/storage/door-list.ts': 1,
};

interface Selected {
  readonly name: string;
  readonly expression: string;
}
interface Found {
  readonly file: string;
  /** What does not fit; undefined if nothing can be said about the statement. */
  readonly faults: readonly string[] | undefined;
}

const unknown = '…';
const folders = ['kit', 'events', ...subgraphs.map((name) => `subgraphs/${name}`)];

describe('The rows of SQL statements', () => {
  const found = findAll();
  it('have the columns and types that their statements select', () => {
    expect(found.flatMap(({ file, faults = [] }) => faults.map((fault) => `${file}: ${fault}`))).toEqual([]);
    expect(found.length).toBeGreaterThan(100);
  });

  it('are judged, with few exceptions', () => {
    const counts: Record<string, number> = {};
    for (const { file, faults } of found) if (faults === undefined) counts[file] = (counts[file] ?? 0) + 1;
    expect(counts).toEqual(notJudged);
  });
});

describe('A select list', () => {
  it.each([
    ['SELECT id, t.due_at, COUNT(*) AS count FROM t', 'id due_at count'],
    ['SELECT a.scanned_by AS `by`, (SELECT MAX(x) FROM b) AS most FROM a', 'by most'],
    ['SELECT DISTINCT IF(a, b, c) AS d FROM (SELECT e FROM f) AS g', 'd'],
    ['SELECT UTC_TIMESTAMP(3) AS now', 'now'],
  ])('%s', (sql, names) => {
    expect(selectedBy(sql)?.map(({ name }) => name)).toEqual(names.split(' '));
  });

  it.each(['SELECT * FROM t', `SELECT ${unknown} FROM t`, 'SELECT a + b FROM t', unknown])(
    '%s says nothing',
    (sql) => {
      expect(selectedBy(sql)).toBeUndefined();
    },
  );
});

function findAll(): Found[] {
  const api = new API({ cwd: rootFolder });
  try {
    const projects = folders.map((folder) => join(rootFolder, folder, 'tsconfig.json'));
    return api
      .updateSnapshot({ openProjects: projects })
      .getProjects()
      .filter(({ configFileName }) => projects.includes(configFileName))
      .flatMap((project) => project.rootFiles.flatMap((file) => findIn(project, file)));
  } finally {
    api.close();
  }
}

function findIn(project: Project, path: string): Found[] {
  if (path.endsWith('.spec.ts') || !readFileSync(path, 'utf8').includes('.query<')) return [];
  const file = project.program.getSourceFile(path) as SourceFile;
  const { checker } = project;
  const found: Found[] = [];
  const visit = (node: Node): void => {
    if (is.isCallExpression(node) && is.isPropertyAccessExpression(node.expression)) {
      const [type] = node.typeArguments ?? [];
      const [statement] = node.arguments;
      if (node.expression.name.text === 'query' && type !== undefined && statement !== undefined) {
        const rows = checker.getTypeFromTypeNode(type) as TypeReference;
        const [row] = checker.getTypeArguments(rows);
        const faults = judge(checker, row as Type, textOf(checker, statement));
        found.push({ file: relative(rootFolder, path), faults });
      }
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

/** The text of a statement, with what the entity or the constant says that stands in it. */
function textOf(checker: Checker, node: Expression): string {
  if (is.isStringLiteral(node) || is.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (is.isTemplateExpression(node)) {
    const spans = node.templateSpans.map((span) => textOf(checker, span.expression) + span.literal.text);
    return node.head.text + spans.join('');
  }
  if (is.isCallExpression(node) && is.isIdentifier(node.expression) && node.expression.text === 'columnsOf') {
    const entity = checker.getTypeAtLocation(node.arguments[0] as Expression) as TypeReference;
    const fields = checker.getPropertiesOfType(checker.getTypeArguments(entity)[0] as Type);
    return fields.map(({ name }) => name).join(', ');
  }
  if (!is.isIdentifier(node)) return unknown;
  const symbol = checker.getSymbolAtLocation(node);
  const own = symbol && symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = own?.valueDeclaration?.resolve();
  const isConstant = declaration !== undefined && is.isVariableDeclaration(declaration);
  return isConstant && declaration.initializer ? textOf(checker, declaration.initializer) : unknown;
}

/** What a statement selects; undefined if that cannot be told. */
function selectedBy(sql: string): Selected[] | undefined {
  const [select, ...others] = atTopLevel(sql, /\bSELECT\s+(?:DISTINCT\s+)?/);
  const list = atTopLevel(others[0] ?? '', /\bFROM\b/)[0];
  if (select?.includes(unknown) !== false || list === undefined) return undefined;
  const columns = atTopLevel(list, /,/).map((column) => {
    const [, aliased, alias] = /^(.+)\sAS\s+`?(\w+)`?$/s.exec(column.trim()) ?? [];
    const [, bare] = /^(?:\w+\.)?(\w+)$/.exec(column.trim()) ?? [];
    const name = alias ?? bare;
    return name === undefined ? undefined : { name, expression: aliased ?? name };
  });
  return columns.every((column) => column !== undefined) ? columns : undefined;
}

/** The parts of a text between the matches that stand in no parentheses. */
function atTopLevel(text: string, separator: RegExp): string[] {
  let depth = 0;
  const outside = text.split('').map((character) => {
    if (character === ')') depth -= 1;
    const shown = depth === 0 ? character : '_';
    if (character === '(') depth += 1;
    return shown;
  });
  const parts: string[] = [];
  let from = 0;
  for (const { 0: match, index } of outside.join('').matchAll(new RegExp(separator, 'g'))) {
    parts.push(text.slice(from, index));
    from = index + match.length;
  }
  return [...parts, text.slice(from)];
}

function judge(checker: Checker, row: Type, sql: string): string[] | undefined {
  const properties = checker.getPropertiesOfType(row);
  // The rows are only counted.
  if (properties.length === 0) return [];
  const selected = selectedBy(sql);
  if (selected === undefined) return undefined;
  const names = selected.map(({ name }) => name);
  const faults = properties.flatMap((property) => {
    const { name } = property;
    if (!names.includes(name)) return `${name} is not selected`;
    const type = checker.typeToString(checker.getTypeOfSymbol(property) as Type);
    const { expression } = selected.find((one) => one.name === name) as Selected;
    // Both arrive as text, too: the driver does not make numbers of BIGINT and DECIMAL.
    const isLong = /\b(?:COUNT|SUM)\(/.test(expression);
    return isLong && !type.includes('string') ? `${name} is ${type}, but ${expression} may be a string` : [];
  });
  const expected = new Set(properties.map(({ name }) => name));
  return [...faults, ...names.filter((name) => !expected.has(name)).map((name) => `the type has no ${name}`)];
}
