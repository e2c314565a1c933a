import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import type { FormattedExecutionResult } from 'graphql';
import { OperationTypeNode } from 'graphql';
import { viewerKey } from './context.ts';
import type { GatewayContext } from './context.ts';
import type { Federation } from './introspection.ts';
import { SharedReads } from './shared-reads.ts';

/**
 * For how long others may join a query, in ms after it began. The answer that they share is no older than the one that the first
 * of them gets, and arrives sooner than one of their own would. A viewer who has changed something, or was told of a change,
 * joins no older query (`changed`). This limit is for changes elsewhere while a subgraph is slow.
 */
const joinableMs = 2_000;

/**
 * Queries in progress. Clients that ask the same, with the same variables, in the same session get the same result. So what
 * thousands ask at the same moment is planned, fetched and put together once. All who are not logged in count as one viewer.
 *
 * If a query has to wait for its turn, all who joined it leave it and ask for themselves. So an address that has used up its
 * turns keeps nobody else waiting.
 */
export class SharedQueries {
  /** An undefined result means that the query has to wait for its turn. */
  readonly #underWay = new SharedReads<GatewayExecutionResult | undefined>(joinableMs);

  /** A federation whose queries in progress others can join. */
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

  /** The viewer has changed something, or was told of a change, and joins nothing that was asked before. */
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
      // `isCurrent` differs between the sessions of a fan, so only clients of one session may share.
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

/** The key of all who are not logged in. */
const nobody = '';

/** The texts of results, by their data. */
const texts = new WeakMap<object, string>();

/** Returns the text of a result. If several clients get the result, the text is made once. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors, extensions } = result;
  if (!data || errors !== undefined || extensions !== undefined) return JSON.stringify(result);
  const text = texts.get(data) ?? JSON.stringify(result);
  texts.set(data, text);
  return text;
}
