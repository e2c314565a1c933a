import { GraphQLError, OperationTypeNode } from 'graphql';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { FederatedSubscriptions } from './federated-subscriptions.ts';
import type { Opening } from './opening.ts';
import { CountByHolder } from './count-by-holder.ts';
import { refusal } from './refusal.ts';
import type { Subscriber } from './subscriber.ts';
import type { OperationRequest, PreparedOperation } from './supergraph.ts';

export interface OperationsOptions {
  /** @throws a GraphQLError for an operation that asks for too much */
  readonly check: (prepared: PreparedOperation, variables: Record<string, unknown>) => void;
  /**
   * Called for each operation, before anything else is done for it. @throws a GraphQLError when operations come too fast
   * @param messageFrom the address whose message began it; undefined when an HTTP request of its own did
   */
  readonly admit: (subscriber: Subscriber, messageFrom: string | undefined) => void;
  /** Executes a query or mutation, with all checks. */
  readonly execute: (request: OperationRequest, subscriber: Subscriber) => Promise<FormattedExecutionResult>;
  /** Makes of a result, or of the errors of a refusal, what clients are shown. */
  readonly present: (result: ExecutionResult) => FormattedExecutionResult;
  /** How many operations such a subscriber may have in progress at a time. */
  readonly mostOperations: (subscriber: Subscriber) => number;
  /** Called for each subscription that begins. Left out when subscriptions are not traced. */
  readonly watch?: ((request: OperationRequest, prepared: PreparedOperation) => Opening) | undefined;
}

/** As JSON: serialised once for all who share them. */
export type Results = AsyncGenerator<string, undefined, undefined>;

/** The outcome of an operation that a client sent. */
export type Begun =
  | { readonly prepared: PreparedOperation; readonly results: Results }
  | { readonly prepared: PreparedOperation; readonly result: Promise<FormattedExecutionResult> }
  | { readonly errors: readonly GraphQLError[] };

/** In characters, with its variables and extensions. */
const longestSubscription = 10_000;
const tooLong = `A subscription is at most ${longestSubscription} characters long, with its variables and extensions.`;

/** Begins the operations that clients send, over any transport. */
export class Operations {
  readonly #subscriptions: FederatedSubscriptions;
  readonly #options: OperationsOptions;
  readonly #places = new CountByHolder();

  constructor(subscriptions: FederatedSubscriptions, options: OperationsOptions) {
    this.#subscriptions = subscriptions;
    this.#options = options;
  }

  get underWay(): number {
    return this.#places.taken;
  }

  present(result: ExecutionResult): FormattedExecutionResult {
    return this.#options.present(result);
  }

  /**
   * @param options.holder whose limits it counts for
   * @param options.messageFrom see `OperationsOptions.admit`
   * @param options.mayMutate false when the request must have no effect, as with GET
   */
  begin(
    request: OperationRequest,
    subscriber: Subscriber,
    { holder, messageFrom, mayMutate }: { holder: string; messageFrom?: string; mayMutate: boolean },
  ): Begun {
    try {
      this.#options.admit(subscriber, messageFrom);
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    }
    const leave = this.#places.take(holder, this.#options.mostOperations(subscriber));
    if (leave === undefined)
      return {
        errors: [refusal('RATE_LIMITED', 429, 'Too many operations are under way. End some of them first.')],
      };
    let isUnderWay = false;
    try {
      const begun = this.#begin(request, subscriber, { leave, mayMutate });
      isUnderWay = !('errors' in begun);
      return begun;
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    } finally {
      if (!isUnderWay) leave();
    }
  }

  #failed(error: unknown): FormattedExecutionResult {
    return this.present({ errors: [asGraphQLError(error)] });
  }

  #begin(
    request: OperationRequest,
    subscriber: Subscriber,
    { leave, mayMutate }: { leave: () => void; mayMutate: boolean },
  ): Begun {
    const prepared = this.#subscriptions.prepare(request);
    if ('errors' in prepared) return prepared;
    if (prepared.operation.operation === OperationTypeNode.MUTATION && !mayMutate) {
      return { errors: [refusal('BAD_REQUEST', 405, 'Mutations are taken by POST only.')] };
    }
    if (prepared.operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      const result = this.#options
        .execute(request, subscriber)
        .catch((error: unknown) => this.#failed(error));
      return { prepared, result: result.finally(leave) };
    }
    // JSON has all that a client can send, and none of it is given back before the subscription ends.
    if (JSON.stringify(request).length > longestSubscription)
      return { errors: [refusal('OPERATION_TOO_COMPLEX', 400, tooLong)] };
    const variables = request.variables ?? {};
    this.#options.check(prepared, variables);
    const opening = this.#options.watch?.(request, prepared);
    try {
      const joining = { onEnd: leave, opening };
      return { prepared, results: this.#subscriptions.begin(prepared, variables, subscriber, joining) };
    } catch (error) {
      opening?.end(asGraphQLError(error));
      throw error;
    }
  }
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
