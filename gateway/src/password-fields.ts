import { Kind, OperationTypeNode } from 'graphql';
import type {
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';

/**
 * Root fields of mutations that hash a password. That takes tens of milliseconds of a core, and somebody who guesses passwords
 * gains more from several at once than any app does. So an operation may have only one of them.
 */
const passwordFields: ReadonlySet<string> = new Set([
  'register',
  'logIn',
  'deleteMyAccount',
  'changePassword',
  'resetPassword',
]);

/**
 * How many of these fields a mutation asks for, under any alias and through any fragment. Each fragment is counted once, so the
 * time does not explode with fragments that spread fragments.
 * @param operation valid for the schema
 */
export function passwordFieldsOf(document: DocumentNode, operation: OperationDefinitionNode): number {
  if (operation.operation !== OperationTypeNode.MUTATION) return 0;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const counted = new Map<string, number>();

  const inSelections = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return sum + (passwordFields.has(selection.name.value) ? 1 : 0);
        case Kind.INLINE_FRAGMENT:
          return sum + inSelections(selection.selectionSet);
        case Kind.FRAGMENT_SPREAD:
          return sum + inFragment(selection.name.value);
      }
    }, 0);

  function inFragment(name: string): number {
    const fragment = fragments.get(name);
    const known = fragment === undefined ? 0 : counted.get(name);
    if (known !== undefined || fragment === undefined) return known ?? 0;
    const count = inSelections(fragment.selectionSet);
    counted.set(name, count);
    return count;
  }

  return inSelections(operation.selectionSet);
}
