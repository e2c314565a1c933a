import type { ApolloServerPlugin } from '@apollo/server';
import { BREAK, coerceInputValue, Kind, typeFromAST, visit } from 'graphql';
import type { ASTNode, DocumentNode, GraphQLError, GraphQLInputType, GraphQLSchema } from 'graphql';
import type { GatewayContext } from './context.ts';

/**
 * The argument that contains a value, as resolvers name it too: `input.salesOpenAt`. Undefined for a value outside of arguments.
 * @param isMeant finds the value's node, in whichever operation or fragment it is
 */
function argumentAt(document: DocumentNode, isMeant: (node: ASTNode) => boolean): string | undefined {
  let names: string[] = [];
  visit(document, {
    VariableDefinition: () => false,
    enter(node, _key, parent, _path, ancestors) {
      if (!isMeant(node)) return undefined;
      names = [...ancestors, parent].flatMap((each) =>
        each !== undefined &&
        'kind' in each &&
        (each.kind === Kind.ARGUMENT || each.kind === Kind.OBJECT_FIELD)
          ? [each.name.value]
          : [],
      );
      return BREAK;
    },
  });
  return names.length === 0 ? undefined : names.join('.');
}

/** The argument of a variable whose value does not fit its definition, as `getVariableValues` finds it. */
export function argumentOfVariable(
  schema: GraphQLSchema,
  document: DocumentNode,
  { nodes }: GraphQLError,
  variables: Record<string, unknown>,
): string | undefined {
  const definition = nodes?.[0];
  if (definition?.kind !== Kind.VARIABLE_DEFINITION) return undefined;
  const name = definition.variable.name.value;
  const argument = argumentAt(document, (node) => node.kind === Kind.VARIABLE && node.name.value === name);
  const type = typeFromAST(schema, definition.type) as GraphQLInputType | undefined;
  if (argument === undefined || type === undefined) return argument;
  let within: readonly (string | number)[] = [];
  coerceInputValue(variables[name], type, (path) => (within = path));
  return [argument, ...within.filter((key) => typeof key === 'string')].join('.');
}

/** For how many mistakes in literals the argument is named. */
const mostNamed = 10;

/** Names the argument of each wrong literal, as for all other mistakes in arguments. */
export const nameArguments: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      validationDidStart: ({ document }) =>
        Promise.resolve((errors) => {
          for (const error of (errors ?? []).slice(0, mostNamed) as GraphQLError[]) {
            const argument = argumentAt(document, (node) => node === error.nodes?.[0]);
            if (argument !== undefined) error.extensions['argument'] = argument;
          }
          return Promise.resolve();
        }),
    }),
};
