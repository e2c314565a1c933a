import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';
import { Kind, SchemaMetaFieldDef, TypeMetaFieldDef, valueFromAST } from 'graphql';
import type { DocumentNode, FieldNode, GraphQLCompositeType, GraphQLField, GraphQLSchema } from 'graphql';
import type {
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';

export interface OperationSize {
  /** How deep fields are nested; a field of the root is at depth 1. */
  readonly depth: number;
  /** The number of aliases. Those of a fragment count wherever it is spread. */
  readonly aliases: number;
  /**
   * How many fields and fragments the planner looks at: each counts wherever the fragment around it is spread. One with a condition
   * counts as ten, because the planner plans for both outcomes.
   */
  readonly selections: number;
  /** How many objects the operation may load. Leaves cost nothing, because they are loaded with their object. */
  readonly cost: number;
}

/** How many objects a list without `first` is assumed to contain, if the usual guess is far off. */
const listLengths: Record<string, number> = {
  'Schedule.seats': 1_000,
  'Concert.schedules': 5,
};
const usualListLength = 10;

/** Subgraphs refuse longer pages, so nobody is charged for them. */
const longestPage = 100;

/** A transaction, and for some the hashing of a password, costs as much as this many objects. */
const mutationCost = 1_000;

const nothing: OperationSize = { depth: 0, aliases: 0, selections: 0, cost: 0 };

const both = (one: OperationSize, other: OperationSize): OperationSize => ({
  depth: Math.max(one.depth, other.depth),
  aliases: one.aliases + other.aliases,
  selections: one.selections + other.selections,
  cost: one.cost + other.cost,
});

const counted = ({ directives = [] }: SelectionNode, size: OperationSize): OperationSize => ({
  ...size,
  selections: size.selections + (directives.length === 0 ? 1 : 10),
});

/**
 * Measures an operation before it is planned or executed. Each selection set is measured once for each type and page size with
 * which it occurs, wherever it is spread, so the time does not explode with fragments that spread fragments.
 * @param operation valid for `schema`
 * @param variables coerced
 */
export function sizeOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const measured = new Map<SelectionSetNode, Map<string, OperationSize>>();

  function ofSelections(set: SelectionSetNode, type: GraphQLCompositeType, page?: number): OperationSize {
    const key = `${type.name} ${page ?? ''}`;
    const known = measured.get(set) ?? new Map<string, OperationSize>();
    measured.set(set, known);
    let size = known.get(key);
    if (size === undefined) {
      size = set.selections
        .map((selection) => counted(selection, ofSelection(selection, type, page)))
        .reduce(both, nothing);
      known.set(key, size);
    }
    return size;
  }

  function ofSelection(selection: SelectionNode, type: GraphQLCompositeType, page?: number): OperationSize {
    switch (selection.kind) {
      case Kind.FIELD:
        return ofField(selection, type, page);
      case Kind.INLINE_FRAGMENT:
        return ofFragment(selection.selectionSet, selection.typeCondition?.name.value ?? type.name, page);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined) return nothing;
        return ofFragment(fragment.selectionSet, fragment.typeCondition.name.value, page);
      }
    }
  }

  function ofFragment(set: SelectionSetNode, typename: string, page?: number): OperationSize {
    const type = schema.getType(typename);
    return isCompositeType(type) ? ofSelections(set, type, page) : nothing;
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType, page?: number): OperationSize {
    const aliases = node.alias === undefined ? 0 : 1;
    const field = fieldOf(schema, parent, node.name.value);
    const type = field === undefined ? undefined : getNamedType(field.type);
    if (field === undefined || node.selectionSet === undefined || !isCompositeType(type)) {
      return {
        depth: 1,
        aliases,
        selections: 0,
        cost: parent === schema.getMutationType() ? mutationCost : 0,
      };
    }
    // Introspection is answered by the gateway from memory.
    const isList = isListType(getNullableType(field.type)) && !parent.name.startsWith('__');
    // The `first` of a connection is the length of the lists directly within it.
    const length = isList ? (page ?? listLengths[`${parent.name}.${field.name}`] ?? usualListLength) : 1;
    const within = ofSelections(node.selectionSet, type, pageOf(field, node, variables));
    return {
      depth: 1 + within.depth,
      aliases: aliases + within.aliases,
      selections: within.selections,
      cost: length * (1 + within.cost) + (parent === schema.getMutationType() ? mutationCost : 0),
    };
  }

  const root = schema.getRootType(operation.operation);
  return root ? ofSelections(operation.selectionSet, root) : nothing;
}

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

/** The page size that a connection is asked for; undefined if the field is not a connection. */
function pageOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Record<string, unknown>,
): number | undefined {
  const first = field.args.find(({ name }) => name === 'first');
  if (first === undefined) return undefined;
  const given = node.arguments?.find(({ name }) => name.value === 'first');
  const value = given === undefined ? undefined : valueFromAST(given.value, first.type, variables);
  const page = typeof value === 'number' ? value : Number(first.defaultValue ?? longestPage);
  return Math.min(Math.max(page, 1), longestPage);
}
