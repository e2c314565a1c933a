import type { buildOperationContext } from '@apollo/gateway';
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { getOperationAST, Kind, parse } from 'graphql';
import type { FieldNode } from 'graphql';
import { rootSelections } from './root-selections.ts';

export interface SubscriptionPlan {
  /** Where the events come from. */
  readonly primary: FetchNode;
  /** Its root field: a subscription has exactly one. */
  readonly rootField: string;
  /** For each event: the primary fetch, which the event stands in for, then the rest. */
  readonly forEvent: QueryPlan;
  /** The subgraphs that are asked. */
  readonly subgraphs: readonly string[];
  readonly operationContext: ReturnType<typeof buildOperationContext>;
}

/**
 * @apollo/gateway plans subscriptions but refuses to execute what is planned; the same nodes in a sequence it executes.
 * @throws when the plan is not one of a subscription
 */
export function asSubscriptionPlan(
  { node }: QueryPlan,
  operationContext: SubscriptionPlan['operationContext'],
): SubscriptionPlan {
  if (node?.kind !== 'Subscription') throw new Error('the operation was not planned as a subscription');
  const { primary, rest } = node;
  const sequence: PlanNode = { kind: 'Sequence', nodes: rest === undefined ? [primary] : [primary, rest] };
  return {
    primary,
    rootField: rootFieldOf(primary),
    forEvent: { kind: 'QueryPlan', node: sequence },
    subgraphs: [...new Set(subgraphsIn(sequence))],
    operationContext,
  };
}

function rootFieldOf({ operation, operationName }: FetchNode): string {
  const document = parse(operation, { noLocation: true });
  const definition = getOperationAST(document, operationName);
  const [field] = (definition ? rootSelections(document, definition) : []).filter(
    ({ kind }) => kind === Kind.FIELD,
  ) as FieldNode[];
  if (field === undefined) throw new Error('the subscription has no root field');
  return field.name.value;
}

function subgraphsIn(node: PlanNode | undefined): string[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(subgraphsIn);
    case 'Fetch':
      return [node.serviceName];
    case 'Flatten':
      return subgraphsIn(node.node);
    case 'Condition':
      return [...subgraphsIn(node.ifClause), ...subgraphsIn(node.elseClause)];
    case 'Defer':
      throw new Error('the planner does not defer parts of subscriptions');
  }
}

/** Whether events of one are events of the other: then a plan can be exchanged in mid-stream. */
export const havePrimaryInCommon = (one: SubscriptionPlan, other: SubscriptionPlan): boolean =>
  one.primary.serviceName === other.primary.serviceName &&
  one.primary.operation === other.primary.operation &&
  one.primary.operationName === other.primary.operationName;

/** The variables that the primary fetch uses. */
export function primaryVariables(
  { primary }: SubscriptionPlan,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  const used = (primary.variableUsages ?? []).filter((name) => Object.hasOwn(variables, name));
  return Object.fromEntries(used.map((name) => [name, variables[name]]));
}
