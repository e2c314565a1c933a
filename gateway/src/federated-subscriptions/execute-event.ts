import { executeQueryPlan } from '@apollo/gateway';
import type { GraphQLDataSource, ServiceMap } from '@apollo/gateway';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { EntityAnswers } from './entity-answers.ts';
import type { Log } from './log.ts';
import type { PreparedOperation } from './supergraph.ts';

type RequestContext = Parameters<typeof executeQueryPlan>[2];

export interface EventContext {
  readonly variables: Record<string, unknown>;
  /** The `context` of data sources. */
  readonly context: Record<string, unknown>;
  /** Identifies what the viewer may see. Only events of the same scope share answers. */
  readonly scope: string;
  readonly answers: EntityAnswers;
  readonly log: Log;
}

export interface ExecutedEvent {
  readonly result: ExecutionResult;
  /** Until when the data that completed the event may be shown to everybody, in ms of `performance.now()`; 0 means never. */
  readonly publicUntil: number;
}

/**
 * Makes the client's result from one event of the primary subscription. @apollo/gateway executes the plan like that of a
 * query, so null propagation, aliases, conditions and the rest work the same; it finds the event where the primary fetch's
 * answer would be.
 */
export async function executeEvent(
  prepared: PreparedOperation,
  event: FormattedExecutionResult,
  { variables, context, scope, answers, log }: EventContext,
): Promise<ExecutedEvent> {
  const { supergraph, document, operation, source } = prepared;
  const plan = prepared.plan();
  const services: ServiceMap = {};
  let publicUntil = Infinity;
  for (const name of plan.subgraphs) {
    const dataSource = supergraph.dataSources.get(name);
    if (dataSource === undefined) continue; // executeQueryPlan reports this in the place of its fields
    services[name] = {
      process: async (request) => {
        const asked = await answers.ask(name, dataSource, request, scope);
        publicUntil = Math.min(publicUntil, asked.publicUntil);
        return asked.answer;
      },
    };
  }
  const { serviceName } = plan.primary;
  services[serviceName] = once(event, services[serviceName]);
  const requestContext: Partial<RequestContext> = {
    request: { query: source, variables },
    logger: loggerFor(log),
    schema: supergraph.schema,
    document,
    operation,
    source,
    operationName: operation.name?.value ?? null,
    context,
    metrics: {},
  };
  const result = await executeQueryPlan(
    plan.forEvent,
    services,
    requestContext as RequestContext,
    plan.operationContext,
    supergraph.supergraphSchema,
    supergraph.apiSchema,
  );
  return { result, publicUntil };
}

/** Logs as @apollo/gateway does: the message alone. */
const loggerFor = (log: Log): RequestContext['logger'] => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => log.warn({}, String(message)),
  error: (message) => log.error({}, String(message)),
});

/** Answers the first request, which is the primary fetch, with the event. Later requests to the same subgraph are sent to it. */
function once(event: FormattedExecutionResult, dataSource: GraphQLDataSource | undefined): GraphQLDataSource {
  let isFirst = true;
  return {
    process: (request) => {
      if (!isFirst && dataSource !== undefined) return dataSource.process(request);
      isFirst = false;
      return Promise.resolve({
        data: event.data ?? null,
        ...(event.errors && { errors: event.errors }),
      });
    },
  };
}
