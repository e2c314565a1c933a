import { Kind } from 'graphql';
import type { DocumentNode, OperationDefinitionNode, SelectionNode } from 'graphql';

/**
 * The fields that an operation selects of its root type, and the fragments that contain them. What a fragment selects is listed
 * where it is spread first, so the time does not explode with fragments that spread fragments.
 */
export function rootSelections(
  { definitions }: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): SelectionNode[] {
  const listed = new Set<string>();
  const within = (selections: readonly SelectionNode[]): SelectionNode[] =>
    selections.flatMap((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return [selection];
        case Kind.INLINE_FRAGMENT:
          return [selection, ...within(selection.selectionSet.selections)];
        case Kind.FRAGMENT_SPREAD: {
          if (listed.has(selection.name.value)) return [selection];
          listed.add(selection.name.value);
          const spread = definitions
            .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
            .find(({ name }) => name.value === selection.name.value);
          return [selection, ...within(spread?.selectionSet.selections ?? [])];
        }
      }
    });
  return within(selectionSet.selections);
}
