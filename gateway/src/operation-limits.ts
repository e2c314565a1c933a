import type { ApolloServerPlugin } from '@apollo/server';
import { getVariableValues, OperationTypeNode } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { argumentOfVariable } from './argument-names.ts';
import type { GatewayContext } from './context.ts';
import { requestFault } from './faults.ts';
import { sizeOf } from './operation-size.ts';
import { passwordFieldsOf } from './password-fields.ts';
import { isTrusted } from './trusted-documents.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

export interface OperationLimits {
  readonly MAX_DEPTH: number;
  readonly MAX_ALIASES: number;
  readonly MAX_SELECTIONS: number;
  readonly MAX_COST: number;
}

export interface RequestedOperation {
  readonly schema: GraphQLSchema;
  /** As the client wrote it. */
  readonly source: string;
  /** Valid for the schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown> | undefined;
}

/**
 * Checks that the gateway is willing to plan and execute an operation.
 * @throws a request fault: BAD_USER_INPUT or OPERATION_TOO_COMPLEX
 */
export function checkOperation(
  { schema, source, document, operation, variables = {} }: RequestedOperation,
  limits: OperationLimits,
  trusted?: TrustedDocuments,
): void {
  if (trusted !== undefined && !isTrusted(trusted, source)) {
    throw requestFault(
      'BAD_USER_INPUT',
      'Only operations that were registered in advance are executed here.',
    );
  }
  // One mistake is reported, because a list of 10,000 wrong values would produce as many errors.
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 1,
  });
  if (errors?.[0] !== undefined) {
    const argument = argumentOfVariable(schema, document, errors[0], variables);
    throw requestFault('BAD_USER_INPUT', errors[0].message, { argument });
  }

  const size = sizeOf(schema, document, operation, coerced ?? {});
  const check = (what: string, found: number, most: number) => {
    if (found <= most) return;
    throw requestFault('OPERATION_TOO_COMPLEX', `The operation's ${what} is ${found}; the limit is ${most}.`);
  };
  check('depth', size.depth, limits.MAX_DEPTH);
  check('number of aliases', size.aliases, limits.MAX_ALIASES);
  // Fragments that spread fragments make millions of selections of a few hundred tokens, and the planner looks at each.
  check('number of selections', size.selections, limits.MAX_SELECTIONS);
  check('cost', size.cost, limits.MAX_COST);
  check('number of fields that hash a password', passwordFieldsOf(document, operation), 1);
}

/** Applies `checkOperation` to operations that come by HTTP. */
export const operationLimits = (
  limits: OperationLimits,
  trusted?: TrustedDocuments,
): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ schema, source, document, operation, request }) => {
        if (operation === undefined) {
          throw requestFault('BAD_USER_INPUT', 'operationName must name an operation in the document.');
        }
        if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
          throw requestFault('BAD_USER_INPUT', 'Subscriptions are not answered to a plain HTTP request.');
        }
        const { variables } = request;
        checkOperation({ schema, source, document, operation, variables }, limits, trusted);
        return Promise.resolve();
      },
    }),
});
