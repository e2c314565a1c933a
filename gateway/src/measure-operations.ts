import type { ApolloServerPlugin } from '@apollo/server';
import type { Metrics } from '@frontrow/kit/metrics';
import { OperationTypeNode, parse } from 'graphql';
import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from './context.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** Stands for operations of unknown names, because strangers must not be able to make new metrics. */
const other = 'other';
/** Codes of faults for which the client is not to blame. */
const ours: ReadonlySet<unknown> = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE']);

/** Counts what clients ask for, and what becomes of it. */
export class OperationMetrics {
  readonly #metrics: Metrics;
  /** The names of the operations in a document, by its text. */
  readonly #known: ReadonlyMap<string, ReadonlySet<string>>;

  /** @param documents the documents whose operations are counted by name */
  constructor(metrics: Metrics, documents: TrustedDocuments | undefined) {
    this.#metrics = metrics;
    this.#known = new Map([...(documents ?? [])].map(([, text]) => [text, namesIn(text)]));
  }

  /** A query or mutation has been answered. */
  answered(
    source: string | undefined,
    operation: OperationDefinitionNode | null | undefined,
    errors: readonly GraphQLFormattedError[] | undefined,
    beganAt: number,
  ): void {
    const name = this.#nameOf(source, operation);
    const type = operation?.operation ?? 'none';
    const outcome = outcomeOf(errors);
    const seconds = (performance.now() - beganAt) / 1_000;
    this.#metrics.histogram('frontrow_operation_duration_seconds', name, type, outcome)(seconds);
  }

  subscribed(source: string, operation: OperationDefinitionNode): void {
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
    this.#metrics.counter('frontrow_subscriptions_begun_total', this.#nameOf(source, operation))();
  }

  /** Counts a fault that a client was told of. */
  readonly faulted = (code: unknown): void => {
    this.#metrics.counter('frontrow_faults_total', String(code))();
  };

  /** @param underWay returns how many operations there are */
  followSubscriptions(underWay: () => number): void {
    this.#metrics.gauges(['frontrow_subscriptions'], () => [['frontrow_subscriptions', underWay()]], {
      keptMs: 0,
    });
  }

  #nameOf(source: string | undefined, operation: OperationDefinitionNode | null | undefined): string {
    const name = operation?.name?.value;
    if (source === undefined || name === undefined) return other;
    return this.#known.get(source)?.has(name) === true ? name : other;
  }
}

/** Counts the operations that pass through Apollo Server. */
export const measureOperations = (operations: OperationMetrics): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: () => {
    const beganAt = performance.now();
    return Promise.resolve({
      willSendResponse: ({ source, operation, response: { body } }) => {
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        operations.answered(source, operation, errors, beganAt);
        return Promise.resolve();
      },
    });
  },
});

function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): string {
  if (errors === undefined || errors.length === 0) return 'answered';
  return errors.some(({ extensions }) => ours.has(extensions?.['code'])) ? 'failed' : 'refused';
}

function namesIn(text: string): ReadonlySet<string> {
  const { definitions } = parse(text);
  return new Set(definitions.flatMap((one) => ('operation' in one && one.name ? [one.name.value] : [])));
}
