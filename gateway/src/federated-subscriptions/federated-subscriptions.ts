import { GraphQLError, OperationTypeNode } from 'graphql';
import { EntityAnswers } from './entity-answers.ts';
import { LiveOperation } from './live-operation.ts';
import type { Joining, LiveOperationOptions } from './live-operation.ts';
import type { Log } from './log.ts';
import type { Subscriber } from './subscriber.ts';
import { Supergraph } from './supergraph.ts';
import type { OperationRequest, PreparedOperation, SupergraphOptions } from './supergraph.ts';
import { Upstreams } from './upstreams.ts';
import type { UpstreamsOptions } from './upstreams.ts';

export interface FederatedSubscriptionsOptions
  extends SupergraphOptions, UpstreamsOptions, Omit<LiveOperationOptions, 'upstreams' | 'answers'> {
  /**
   * Root fields whose events contain only what changed since the one before, so that none can be skipped. Events of all other fields
   * must each contain the whole state.
   */
  readonly increments: readonly string[];
  readonly log: Log;
}

/** Runs subscriptions against a supergraph, for any number of subscribers over any transport. */
export class FederatedSubscriptions {
  readonly #options: FederatedSubscriptionsOptions;
  readonly #upstreams: Upstreams;
  readonly #answers = new EntityAnswers();
  readonly #live = new Set<LiveOperation>();
  readonly #shared = new Map<string, LiveOperation>();
  #supergraph: Supergraph | undefined;

  constructor(options: FederatedSubscriptionsOptions) {
    this.#options = options;
    this.#upstreams = new Upstreams(options);
  }

  /** The operations in progress; each may have any number of subscribers. */
  get live(): number {
    return this.#live.size;
  }

  /**
   * For `gateway.onSchemaLoadOrUpdate`. Subscriptions that are still valid continue with a new plan; the others end with the
   * errors with which they would now be refused.
   */
  useSupergraph(supergraphSdl: string): void {
    const supergraph = new Supergraph(supergraphSdl, this.#options);
    this.#supergraph = supergraph;
    for (const live of [...this.#live]) this.#goOn(live, supergraph);
  }

  #goOn(live: LiveOperation, supergraph: Supergraph): void {
    const { source, operation } = live.prepared;
    const again = supergraph.prepare({ query: source, operationName: operation.name?.value });
    try {
      if (!('errors' in again)) {
        live.replace(again);
        return;
      }
      live.fail(this.#options.present({ errors: again.errors }).errors ?? []);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a subscription could not be planned for the new supergraph');
      const originalError = error instanceof Error ? error : new Error(String(error));
      const unplanned = new GraphQLError(originalError.message, { originalError });
      live.fail(this.#options.present({ errors: [unplanned] }).errors ?? []);
    }
  }

  /** Parses and validates an operation of any kind. The host checks its cost before it begins. */
  prepare(request: OperationRequest): PreparedOperation | { errors: GraphQLError[] } {
    if (this.#supergraph === undefined) throw new Error('there is no supergraph yet: call useSupergraph');
    return this.#supergraph.prepare(request);
  }

  /**
   * @param prepared a subscription
   * @returns the results, as JSON, which the subscriber takes at its own pace; it throws `SubscriptionFailed` when the subscriber must get errors
   * @throws what the query planner throws
   */
  begin(
    prepared: PreparedOperation,
    variables: Record<string, unknown>,
    subscriber: Subscriber,
    joining: Joining,
  ): AsyncGenerator<string, undefined, undefined> {
    if (prepared.operation.operation !== OperationTypeNode.SUBSCRIPTION)
      throw new Error('not a subscription');
    if (this.#options.increments.includes(prepared.plan().rootField)) {
      return this.#start(prepared, variables, subscriber, joining).join(subscriber, joining);
    }
    const key = JSON.stringify([prepared.hash, subscriber.key, variables]);
    const live = this.#shared.get(key) ?? this.#start(prepared, variables, subscriber, joining, key);
    return live.join(subscriber, joining);
  }

  close(): void {
    this.#upstreams.close();
  }

  /** @param key when given, others with the same key join it */
  #start(
    prepared: PreparedOperation,
    variables: Record<string, unknown>,
    subscriber: Subscriber,
    { opening }: Joining,
    key?: string,
  ): LiveOperation {
    const live = new LiveOperation(prepared, variables, subscriber, {
      ...this.#options,
      upstreams: this.#upstreams,
      answers: this.#answers,
      traceparent: opening?.traceparent,
      whenFull: key === undefined ? 'start over' : 'keep the latest',
      onEnd: () => {
        this.#live.delete(live);
        if (key !== undefined && this.#shared.get(key) === live) this.#shared.delete(key);
      },
    });
    this.#live.add(live);
    if (key !== undefined) this.#shared.set(key, live);
    return live;
  }
}
