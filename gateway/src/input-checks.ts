import { dateTime } from '@frontrow/kit/scalars';
import { GraphQLError, isScalarType } from 'graphql';
import type { GraphQLSchema, ValidationRule, ValueNode } from 'graphql';

/**
 * Lets a schema that was made from the supergraph, which knows no more of a scalar than its name, refuse what subgraphs
 * would refuse: what they find wrong in a request of the gateway's counts as a mistake of the gateway.
 */
export function checkScalars(schema: GraphQLSchema): void {
  const declared = schema.getType(dateTime.name);
  if (!isScalarType(declared)) return;
  declared.parseValue = dateTime.parseValue;
  declared.parseLiteral = dateTime.parseLiteral;
}

/** graphql-js takes the literal 1e999 for a Float, which is then infinite; the variable it refuses. */
const finiteNumbers: ValidationRule = (context) => {
  const check = (node: ValueNode & { value: string }) => {
    if (Number.isFinite(Number(node.value))) return;
    context.reportError(new GraphQLError('A number is larger than any type can represent.', { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};

/** The libraries under the gateway keep variables in plain objects, where this name is not free: the value would be lost. */
const usableVariables: ValidationRule = (context) => ({
  VariableDefinition: (node) => {
    if (node.variable.name.value !== '__proto__') return;
    context.reportError(new GraphQLError('No variable can be named "__proto__".', { nodes: node }));
  },
});

/** What every document must obey beside the rules of GraphQL. */
export const inputRules: readonly ValidationRule[] = [finiteNumbers, usableVariables];
