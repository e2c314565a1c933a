import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType } from 'graphql';
import type { GraphQLObjectType } from 'graphql';

/** Those for whom the access table has a column each, in the order of its columns; and staff, whom it tells apart where it must. */
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

/** The rows of a table of docs/security.md. A row may name several fields or types. */
function cellsOf(heading: string): [name: string, cells: string[]][] {
  const [, section = ''] = read('docs/security.md').split(`### ${heading}\n`);
  const rows = (section.split('\n###')[0] ?? '').matchAll(/^\| (`[^|]+?) +\|(.+)\|$/gm);
  return [...rows].flatMap(([, names = '', cells = '']) => {
    const its = cells.split('|').map((cell) => cell.trim());
    return [...names.matchAll(/`([\w.]+)`/g)].map(([, name = '']): [string, string[]] => [name, its]);
  });
}

/** What staff are answered otherwise than another fan. */
const forStaff = new Map(cellsOf('Staff').map(([name, [cell = '']]) => [name, cell]));

/** The rows of the table below this heading, by field or type. */
export const rowsOf = (heading: string): ReadonlyMap<string, Row> =>
  new Map(
    cellsOf(heading).map(([name, [nobody = '', anotherFan = '', owner = '', operator = '']]) => [
      name,
      { nobody, anotherFan, owner, operator, staff: forStaff.get(name) ?? anotherFan },
    ]),
  );

/** What a cell begins with: `answer`, `null`, `own`, `false`, or a code. The rest is for those who read it. */
export const verdict = (cell: string) => /\w+/.exec(cell)?.[0] ?? '';

const typeRows = rowsOf('Fields of types');

/** A page of things, and a place in one, are shown to whom the things are shown. */
const thingsOf = (type: string) => type.replace(/(Connection|Edge)$/, '');

export const typeRow = (type: string): Row | undefined => typeRows.get(type) ?? typeRows.get(thingsOf(type));

export const isPublic = (type: string) =>
  viewers.every((viewer) => verdict(typeRow(type)?.[viewer] ?? '') === 'answer');

/**
 * To whom a field is shown: what its own row says; without one, those to whom both the type that it is part of and the one that
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

/** Names in the tables that the contract does not know. */
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
