import { Kind } from 'graphql';
import type { DocumentNode, OperationDefinitionNode, SelectionNode } from 'graphql';

/** The fields that an operation selects of its root type, and the fragments that contain them. */
export function rootSelections(
  { definitions }: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): SelectionNode[] {
  const within = (selections: readonly SelectionNode[]): SelectionNode[] =>
    selections.flatMap((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return [selection];
        case Kind.INLINE_FRAGMENT:
          return [selection, ...within(selection.selectionSet.selections)];
        case Kind.FRAGMENT_SPREAD: {
          const spread = definitions
            .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
            .find(({ name }) => name.value === selection.name.value);
          return [selection, ...within(spread?.selectionSet.selections ?? [])];
        }
      }
    });
  return within(selectionSet.selections);
}
