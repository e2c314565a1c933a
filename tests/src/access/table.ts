import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType } from 'graphql';
import type { GraphQLObjectType } from 'graphql';

/**
 * The viewers for whom the access table has columns, in that order; and staff, whom it mentions only where they differ from a
 * fan.
 */
export const viewers = ['nobody', 'anotherFan', 'owner', 'operator', 'staff'] as const;
export type Viewer = (typeof viewers)[number];
export type Row = Readonly<Record<Viewer, string>>;

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

export const contract = buildSchema(read('gateway/contract.graphql'));
export const roots = ['Query', 'Mutation', 'Subscription'] as const;
export type Root = (typeof roots)[number];
export const rootType = (root: Root) => contract.getType(root) as GraphQLObjectType;
export const objectTypes = Object.values(contract.getTypeMap())
  .filter((type) => isObjectType(type))
  .filter(({ name }) => !name.startsWith('__') && !roots.includes(name as Root));

/** The rows of a table in docs/security.md. A row may name several fields or types. */
function cellsOf(heading: string): [name: string, cells: string[]][] {
  const [, section = ''] = read('docs/security.md').split(`### ${heading}\n`);
  const rows = (section.split('\n###')[0] ?? '').matchAll(/^\| (`[^|]+?) +\|(.+)\|$/gm);
  return [...rows].flatMap(([, names = '', cells = '']) => {
    const its = cells.split('|').map((cell) => cell.trim());
    return [...names.matchAll(/`([\w.]+)`/g)].map(([, name = '']): [string, string[]] => [name, its]);
  });
}

/** The answers that staff get and another fan does not. */
const forStaff = new Map(cellsOf('Staff').map(([name, [cell = '']]) => [name, cell]));

/** The rows of the table below this heading, by field or type. */
export const rowsOf = (heading: string): ReadonlyMap<string, Row> =>
  new Map(
    cellsOf(heading).map(([name, [nobody = '', anotherFan = '', owner = '', operator = '']]) => [
      name,
      { nobody, anotherFan, owner, operator, staff: forStaff.get(name) ?? anotherFan },
    ]),
  );

/** The first word of a cell: `answer`, `null`, `own`, `false`, or a code. The rest is for readers. */
export const verdict = (cell: string) => /\w+/.exec(cell)?.[0] ?? '';

const typeRows = rowsOf('Fields of types');

/** A page of things, and an edge to one, are shown to those to whom the things are shown. */
const thingsOf = (type: string) => type.replace(/(Connection|Edge)$/, '');

export const typeRow = (type: string): Row | undefined => typeRows.get(type) ?? typeRows.get(thingsOf(type));

export const isPublic = (type: string) =>
  viewers.every((viewer) => verdict(typeRow(type)?.[viewer] ?? '') === 'answer');

/**
 * To whom a field is shown. Its own row says so; if there is none, it is shown to those to whom both its type and the type that
 * it leads to are shown.
 */
export function fieldRow(type: string, field: string, leadsTo = type): Row {
  const [own, from, to] = [typeRows.get(`${type}.${field}`), typeRow(type), typeRow(leadsTo)];
  if (own !== undefined) return own;
  if (from === undefined || to === undefined)
    throw new Error(`docs/security.md has no row for ${type}.${field}`);
  const both = (viewer: Viewer) => (verdict(from[viewer]) === 'answer' ? to : from)[viewer];
  return Object.fromEntries(viewers.map((viewer) => [viewer, both(viewer)])) as unknown as Row;
}

/** Names in the tables that the contract does not have. */
export const unknownRows = () => [
  ...[...forStaff.keys()].filter(
    (name) => !roots.some((root) => rowsOf(root).has(name)) && !typeRows.has(name),
  ),
  ...[...typeRows.keys()].filter((name) => {
    const [type = '', field] = name.split('.');
    const known = contract.getType(type);
    return !isObjectType(known) || (field !== undefined && known.getFields()[field] === undefined);
  }),
];
