import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import type { FormattedExecutionResult } from 'graphql';
import { OperationTypeNode } from 'graphql';
import { viewerKey } from './context.ts';
import type { GatewayContext } from './context.ts';
import type { Federation } from './introspection.ts';
import { SharedReads } from './shared-reads.ts';

/**
 * For how long others may join a query, in ms after it began. What they are given is no older when it arrives than what the first is
 * given, and comes sooner than an answer of their own; who has changed something or was told of a change joins nothing older, by
 * `changed`. The limit is for what changes elsewhere while a subgraph is slow.
 */
const joinableMs = 2_000;

/**
 * Queries that are being executed. Whoever asks the same with the same variables in the same session is given the same result, so
 * that what thousands ask at the same moment is planned, fetched and put together once. All who are not logged in count as one.
 *
 * A query that has to wait for its turn is left by all who joined it, and they ask for themselves: one address that has
 * filled its turns keeps nobody else waiting.
 */
export class SharedQueries {
  /** An undefined result is that of a query which has to wait for its turn. */
  readonly #underWay = new SharedReads<GatewayExecutionResult | undefined>(joinableMs);

  /** What a federation executes for others as well. */
  share(federation: Federation): Federation {
    return {
      load: async (options) => {
        const { executor } = await federation.load(options);
        return { executor: this.#sharing(executor) };
      },
      onSchemaLoadOrUpdate: (callback) => federation.onSchemaLoadOrUpdate(callback),
      stop: () => federation.stop(),
    };
  }

  /** A viewer has changed something or was told of a change, and joins nothing that was asked before. */
  changed(key: string | null): void {
    this.#underWay.changed(key ?? nobody);
  }

  #sharing(executor: Executor): Executor {
    return async (request) => {
      const context = request.context as GatewayContext;
      const key = viewerKey(context.viewer) ?? nobody;
      if (request.operation.operation === OperationTypeNode.MUTATION) {
        try {
          return await executor(request);
        } finally {
          this.#underWay.changed(key);
        }
      }
      const { queryHash, operationName } = request;
      // Which of a fan's sessions is the present one, each of them is told differently.
      const session = context.viewer?.sessionId;
      const question = JSON.stringify([queryHash, operationName, request.request.variables, session]);
      const underWay = this.#underWay.find(key, question);
      const joined = underWay === undefined ? undefined : await underWay;
      if (joined !== undefined) return joined;
      return this.#executed(executor, request, { key, question, context });
    };
  }

  #executed(
    executor: Executor,
    request: Parameters<Executor>[0],
    { key, question, context }: { key: string; question: string; context: GatewayContext },
  ): Promise<GatewayExecutionResult> {
    let whenKeptWaiting!: () => void;
    const keptWaiting = new Promise<undefined>((resolve) => {
      whenKeptWaiting = () => resolve(undefined);
    });
    const result = executor({ ...request, context: { ...context, whenKeptWaiting } });
    void this.#underWay.share(key, question, Promise.race([result, keptWaiting]));
    return result;
  }
}

type Executor = Awaited<ReturnType<Federation['load']>>['executor'];

/** All who are not logged in. */
const nobody = '';

/** By the data of results. */
const texts = new WeakMap<object, string>();

/** Makes the text of a result; of one that many are given, once. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  if (!data || errors !== undefined || extensions !== undefined) return JSON.stringify(result);
  const text = texts.get(data) ?? JSON.stringify(result);
  texts.set(data, text);
  return text;
}
