import { dateTime } from '@frontrow/kit/scalars';
import { GraphQLError, isScalarType } from 'graphql';
import type { GraphQLSchema, ValidationRule, ValueNode } from 'graphql';

/**
 * A schema that was made from the supergraph knows only the name of a scalar. This makes it refuse what subgraphs would refuse.
 * Otherwise a subgraph would find the mistake in a request of the gateway, and it would count as a mistake of the gateway.
 */
export function checkScalars(schema: GraphQLSchema): void {
  const declared = schema.getType(dateTime.name);
  if (!isScalarType(declared)) return;
  declared.parseValue = dateTime.parseValue;
  declared.parseLiteral = dateTime.parseLiteral;
}

/** graphql-js accepts the literal 1e999 for a Float, which then is infinite, although it refuses the same value of a variable. */
const finiteNumbers: ValidationRule = (context) => {
  const check = (node: ValueNode & { value: string }) => {
    if (Number.isFinite(Number(node.value))) return;
    context.reportError(new GraphQLError('A number is larger than any type can represent.', { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};

/** The libraries that the gateway uses keep variables in plain objects, in which a variable of this name would be lost. */
const usableVariables: ValidationRule = (context) => ({
  VariableDefinition: (node) => {
    if (node.variable.name.value !== '__proto__') return;
    context.reportError(new GraphQLError('No variable can be named "__proto__".', { nodes: node }));
  },
});

/** What every document must obey besides the rules of GraphQL. */
export const inputRules: readonly ValidationRule[] = [finiteNumbers, usableVariables];
