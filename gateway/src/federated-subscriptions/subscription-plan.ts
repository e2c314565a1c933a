import type { buildOperationContext } from '@apollo/gateway';
import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { getOperationAST, Kind, parse, visit } from 'graphql';
import type { DocumentNode, FieldNode } from 'graphql';
import { rootSelections } from './root-selections.ts';

export interface SubscriptionPlan {
  /** The subgraph that the events come from. */
  readonly primary: FetchNode;
  /** The root field of the primary fetch; a subscription has exactly one. */
  readonly rootField: string;
  /** What happens for each event: the primary fetch, which the event replaces, then the rest. */
  readonly forEvent: QueryPlan;
  /** The subgraphs that are asked. */
  readonly subgraphs: readonly string[];
  /** Undefined if it is not known. */
  readonly dependence: Dependence | undefined;
  readonly operationContext: ReturnType<typeof buildOperationContext>;
}

/** What the result of an event depends on, besides the values that it shows. */
export interface Dependence {
  /** Fields, by response name, that later fetches ask for or return. */
  readonly names: ReadonlySet<string>;
  /** Variables that later fetches use. */
  readonly variables: readonly string[];
}

/**
 * @apollo/gateway plans subscriptions but refuses to execute these plans. It does execute the same nodes in a sequence.
 * @throws when the plan is not one of a subscription
 */
export function asSubscriptionPlan(
  { node }: QueryPlan,
  operationContext: SubscriptionPlan['operationContext'],
): SubscriptionPlan {
  if (node?.kind !== 'Subscription') throw new Error('the operation was not planned as a subscription');
  const { primary, rest } = node;
  const sequence: PlanNode = { kind: 'Sequence', nodes: rest === undefined ? [primary] : [primary, rest] };
  const fetches = nodesIn(sequence).filter((each) => each.kind === 'Fetch');
  return {
    primary,
    rootField: rootFieldOf(primary),
    forEvent: { kind: 'QueryPlan', node: sequence },
    subgraphs: [...new Set(fetches.map(({ serviceName }) => serviceName))],
    dependence: dependenceOf(fetches, nodesIn(rest), operationContext),
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

/** A node, and all nodes within it. */
function nodesIn(node: PlanNode | undefined): PlanNode[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Sequence':
    case 'Parallel':
      return [node, ...node.nodes.flatMap(nodesIn)];
    case 'Fetch':
      return [node];
    case 'Flatten':
      return [node, ...nodesIn(node.node)];
    case 'Condition':
      return [node, ...nodesIn(node.ifClause), ...nodesIn(node.elseClause)];
    case 'Defer':
      throw new Error('the planner does not defer parts of subscriptions');
  }
}

function dependenceOf(
  fetches: readonly FetchNode[],
  rest: readonly PlanNode[],
  { operation, fragments }: SubscriptionPlan['operationContext'],
): Dependence | undefined {
  // Rewrites move values to other fields.
  if (fetches.some(({ outputRewrites, contextRewrites }) => outputRewrites ?? contextRewrites))
    return undefined;
  const [names, variables] = [new Set<string>(), new Set<string>()];
  for (const node of rest) {
    if (node.kind !== 'Fetch') continue;
    for (const variable of node.variableUsages ?? []) variables.add(variable);
    for (const name of namesIn(node.requires ?? [])) names.add(name);
    visit(parse(node.operation, { noLocation: true }), {
      Field: ({ alias, name }) => void names.add((alias ?? name).value),
    });
  }
  const document = { kind: Kind.DOCUMENT, definitions: [operation, ...Object.values(fragments)] };
  visit(document as DocumentNode, {
    // Of the other directives, only those remain that the primary fetch was sent with.
    Directive: (directive) =>
      void visit(directive, { Variable: ({ name }) => void variables.add(name.value) }),
  });
  return { names, variables: [...variables] };
}

const namesIn = (selections: readonly QueryPlanSelectionNode[]): string[] =>
  selections.flatMap((selection) => [
    ...(selection.kind === 'Field' ? [selection.alias ?? selection.name] : []),
    ...namesIn(selection.selections ?? []),
  ]);

/** Whether the two plans have the same events, so that one can replace the other in mid-stream. */
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
