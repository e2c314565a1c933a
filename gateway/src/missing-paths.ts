import { Kind, parse } from 'graphql';
import type { DefinitionNode, NamedTypeNode, SelectionSetNode } from 'graphql';

/** A request to a subgraph, in the shape of its body. */
export interface SubgraphRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | undefined;
}

type Path = (string | number)[];

/** The most paths that are reported. A list of 10,000 seats without prices does not need 10,000 errors. */
const mostPaths = 10;

/**
 * Where the answers to a failed request would have been: its root fields, or the fields of each entity that it was to complete.
 * The gateway translates these into paths of the client's operation.
 */
export function missingPaths({ query, variables }: SubgraphRequest): Path[] {
  const { definitions } = parse(query, { noLocation: true });
  const fieldsOf = fieldsIn(definitions);
  const roots = definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION ? fieldsOf(each.selectionSet) : [],
  );
  const representations = variables['representations'];
  if (!Array.isArray(representations)) return roots.slice(0, mostPaths).map(({ name }) => [name]);
  return (representations as { __typename?: string }[])
    .slice(0, mostPaths)
    .flatMap(({ __typename }, index) =>
      roots
        .flatMap(({ selections }) => fieldsOf(selections, __typename))
        .map(({ name }) => ['_entities', index, name]),
    )
    .slice(0, mostPaths);
}

interface Field {
  /** The name in the answer, which is the field's alias if it has one. */
  readonly name: string;
  readonly selections: SelectionSetNode | undefined;
}

function fieldsIn(definitions: readonly DefinitionNode[]) {
  /** @param typename leaves out fields that are asked of entities of other types only */
  return function fieldsOf(selections: SelectionSetNode | undefined, typename?: string): Field[] {
    const within = (set: SelectionSetNode | undefined, condition: NamedTypeNode | undefined) =>
      typename === undefined || condition === undefined || condition.name.value === typename
        ? fieldsOf(set, typename)
        : [];
    return (selections?.selections ?? []).flatMap((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          if (selection.name.value === '__typename') return [];
          return [{ name: (selection.alias ?? selection.name).value, selections: selection.selectionSet }];
        case Kind.INLINE_FRAGMENT:
          return within(selection.selectionSet, selection.typeCondition);
        case Kind.FRAGMENT_SPREAD: {
          const spread = definitions.find(
            (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
          );
          return spread?.kind === Kind.FRAGMENT_DEFINITION
            ? within(spread.selectionSet, spread.typeCondition)
            : [];
        }
      }
    });
  };
}
