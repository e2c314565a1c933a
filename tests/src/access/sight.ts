import { getNamedType, isLeafType, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLObjectType } from 'graphql';
import { fieldRow, isPublic, verdict } from './table.ts';
import type { Viewer } from './table.ts';

type Field = GraphQLField<unknown, unknown>;
type Fields = Readonly<Record<string, unknown>>;

/** Something that a viewer was shown, or not. */
export interface Sight {
  readonly viewer: Viewer;
  readonly value: Fields | null | undefined;
}

const objectOf = (field: Field): GraphQLObjectType | undefined => {
  const type = getNamedType(field.type);
  return isObjectType(type) ? type : undefined;
};
const isLeaf = (field: Field) => isLeafType(getNamedType(field.type));
const fieldsOf = (type: GraphQLObjectType) => Object.values(type.getFields());
const leavesOf = (type: GraphQLObjectType) =>
  fieldsOf(type)
    .filter(isLeaf)
    .map(({ name }) => name);
const asked = ({ name, args }: Field) =>
  args.some((arg) => arg.name === 'first') ? `${name}(first: 5)` : name;

/**
 * Everything that a type leads to, in each way until a type comes again. Fields that everybody may see are followed for one step
 * only.
 */
export function selectionOf(type: GraphQLObjectType, way: readonly string[] = []): string {
  const steps = fieldsOf(type).flatMap((field) => {
    const to = objectOf(field);
    if (to === undefined) return [];
    const isEnd = isPublic(to.name) || to === type || way.includes(to.name);
    const below = isEnd ? leavesOf(to).join(' ') : selectionOf(to, [...way, type.name]);
    return below === '' ? [] : [`${asked(field)} { ${below} }`];
  });
  return [...leavesOf(type), ...steps].join(' ');
}

/** Compares what viewers were shown with the table. */
export class Sights {
  /** Where an answer and the table disagree. */
  readonly problems: string[] = [];
  /** The fields of which somebody was shown a value. */
  readonly shown = new Set<string>();
  readonly #idOf: (viewer: Viewer) => string | undefined;

  /** @param idOf returns the viewer's own id, because everybody is the owner of their own user */
  constructor(idOf: (viewer: Viewer) => string | undefined) {
    this.#idOf = idOf;
  }

  /** @param given names of fields whose values the viewers have sent themselves, so that they prove nothing */
  compare(
    type: GraphQLObjectType,
    sights: readonly Sight[],
    where: string,
    given: readonly string[] = [],
  ): void {
    const here = type.name === 'User' ? sights.map((sight) => this.#asOwner(sight)) : sights;
    for (const field of fieldsOf(type)) {
      const isAsked = here.some(({ value }) => value != null && field.name in value);
      if (!given.includes(field.name) && isAsked) this.#compareField(type, field, here, where);
    }
  }

  #asOwner(sight: Sight): Sight {
    const isSelf = sight.value?.['id'] !== undefined && sight.value['id'] === this.#idOf(sight.viewer);
    return isSelf ? { ...sight, viewer: 'owner' } : sight;
  }

  #compareField(type: GraphQLObjectType, field: Field, sights: readonly Sight[], where: string): void {
    const to = objectOf(field);
    const row = fieldRow(type.name, field.name, to?.name);
    const there = `${where}.${field.name}`;
    const found = sights.map(({ viewer, value }) => ({ viewer, value: value?.[field.name] ?? null }));
    const entitled = found.filter(({ viewer }) => verdict(row[viewer]) === 'answer');
    for (const { viewer, value } of found) {
      if (verdict(row[viewer]) !== 'answer' && value !== null)
        this.problems.push(`${viewer} is shown ${there}`);
    }
    const isThere = entitled.some(({ value }) => value !== null);
    if (isThere) this.shown.add(`${type.name}.${field.name}`);
    for (const { viewer, value } of entitled) {
      if (isThere && value === null) this.problems.push(`${viewer} is not shown ${there}`);
    }
    if (to === undefined || !isThere) return;
    const lists = entitled.map(({ viewer, value }) => ({ viewer, values: [value].flat() as Fields[] }));
    const longest = Math.max(...lists.map(({ values }) => values.length));
    for (let i = 0; i < longest; i++) {
      const each = lists.map(({ viewer, values }) => ({ viewer, value: values[i] }));
      this.compare(to, each, longest > 1 ? `${there}[${i}]` : there);
    }
  }
}
