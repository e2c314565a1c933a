import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { attachmentsPath } from '@frontrow/kit/attachments';
import { filesPath } from '@frontrow/kit/files';
import type { FileEncoding } from '@frontrow/kit/files';
import { clientHeader, writeClient } from '@frontrow/kit/client';
import { serviceUnavailable } from '@frontrow/kit/errors';
import type { Logger } from '@frontrow/kit/log';
import { signatureHeader, signRequest } from '@frontrow/kit/request-signature';
import { request as send } from 'undici';
import type { Dispatcher } from 'undici';
import type { GatewayContext } from './context.ts';
import type { SubgraphRequest } from './missing-paths.ts';
import { LimitedWork } from './limited-work.ts';
import { Replicas } from './replicas.ts';
import type { SharedReads } from './shared-reads.ts';
import { isUnavailable, read, receive, wasNotExecuted, withPaths } from './subgraph-answer.ts';
import type { RawAnswer, SubgraphResponse } from './subgraph-answer.ts';

export interface SubgraphClientOptions {
  readonly name: string;
  /** The addresses of the subgraph's replicas. */
  readonly addresses: readonly string[];
  /** Keeps connections open between requests; shared by all subgraphs. */
  readonly connections: Dispatcher;
  /** How many requests to one replica may be in progress. */
  readonly atATime: number;
  /** Signs requests, so that subgraphs can tell the gateway from everybody else. */
  readonly secret: string;
  readonly timeoutMs: number;
  /** The reads in progress of all subgraphs. */
  readonly sharedReads: SharedReads<RawAnswer>;
  readonly log: Logger;
}

/** A GraphQL request. */
interface Outgoing {
  readonly body: string;
  readonly isRead: boolean;
  /** How long to wait for this replica, in ms; if left out, as long as the operation has. */
  readonly patienceMs: number | undefined;
}

/**
 * Sends a subgraph the requests that @apollo/gateway has planned for it. It never throws: if a subgraph is down, too slow or
 * sends nonsense, this costs the fields that it was asked for, each with an error in its place.
 */
export class SubgraphClient implements GraphQLDataSource<GatewayContext> {
  readonly #options: SubgraphClientOptions;
  readonly #replicas: Replicas;
  /** By the address of the replica. */
  readonly #work: ReadonlyMap<string, LimitedWork>;

  constructor(options: SubgraphClientOptions) {
    this.#options = options;
    this.#replicas = new Replicas(options.addresses);
    this.#work = new Map(options.addresses.map((address) => [address, new LimitedWork(options.atATime)]));
    this.#replicas.look(options.connections);
  }

  async process(options: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<SubgraphResponse> {
    const { query = '', variables = {}, operationName } = options.request;
    const request = { query, variables, operationName };
    try {
      return withPaths(await this.#ask(request, options.context as GatewayContext), request);
    } catch (error) {
      this.#warn(error, 'a subgraph did not answer');
      return withPaths({ errors: [serviceUnavailable().toJSON()] }, request);
    }
  }

  /**
   * Fetches what the subgraph attached to an answer. All replicas are tried, because an answer does not say which one it came
   * from.
   * @throws if no replica has it any more, or the subgraph is down or too slow
   */
  async attachment(id: string): Promise<Buffer[]> {
    const body = JSON.stringify({ id });
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    let failure: unknown = new Error('it has no such attachment');
    for (const address of this.#replicas.inTurn(performance.now())) {
      try {
        const response = await this.#sendForNobody(new URL(`.${attachmentsPath}`, address), body, signal);
        if (response.statusCode === 200) return await piecesOf(response.body);
        await response.body.dump();
      } catch (error) {
        failure = error;
      }
    }
    this.#warn(failure, 'an attachment is not available');
    throw failure;
  }

  /**
   * Fetches a file of the subgraph from the first replica that answers.
   * @param owner the address of the client that asks, whose turn it must be
   * @returns null if there is no such file
   * @throws if the subgraph is down or too slow
   */
  async file(name: string, encoding: FileEncoding, owner: string): Promise<Buffer | null> {
    const body = JSON.stringify({ name, encoding });
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    const addresses = this.#replicas.inTurn(performance.now());
    let failure: unknown;
    for (const [index, address] of addresses.entries()) {
      const isLast = index === addresses.length - 1;
      const until = () => (isLast ? signal : AbortSignal.any([signal, AbortSignal.timeout(readPatienceMs)]));
      const work = this.#work.get(address) as LimitedWork;
      try {
        return await work.enter(owner, signal, () => this.#readFile(address, body, until()));
      } catch (error) {
        failure = error;
        if (signal.aborted) break;
        this.#replicas.failed(address, performance.now());
      }
    }
    this.#warn(failure, 'a file is not available');
    throw failure;
  }

  async #readFile(address: string, body: string, signal: AbortSignal): Promise<Buffer | null> {
    const url = new URL(`.${filesPath}`, address);
    const { statusCode, body: answer } = await this.#sendForNobody(url, body, signal);
    if (statusCode === 200) return Buffer.concat(await piecesOf(answer));
    await answer.dump();
    // All replicas use the same database.
    if (statusCode === 404) return null;
    throw new Error(`it answered with status ${statusCode}`);
  }

  async #ask(request: SubgraphRequest, context: GatewayContext): Promise<SubgraphResponse> {
    const timeoutMs = Math.ceil(Math.min(this.#options.timeoutMs, context.deadline - performance.now()));
    if (timeoutMs <= 0) throw new Error('the time of the operation is over');
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    try {
      return await this.#askReplicas(request, context, timeout.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #askReplicas(
    request: SubgraphRequest,
    context: GatewayContext,
    signal: AbortSignal,
  ): Promise<SubgraphResponse> {
    const body = JSON.stringify(request);
    const isRead = !/^\s*mutation\b/.test(request.query);
    const addresses = this.#replicas.inTurn(performance.now());
    let failure: unknown;
    for (const [index, address] of addresses.entries()) {
      const isLast = index === addresses.length - 1;
      // A read need not wait to the end for this replica while there is another one.
      const patienceMs = isRead && !isLast ? readPatienceMs : undefined;
      try {
        const answer = read(await this.#exchange(address, { body, isRead, patienceMs }, context, signal));
        if (!isUnavailable(answer)) this.#replicas.answered(address);
        else {
          this.#replicas.failed(address, performance.now());
          if (isRead && !isLast) continue;
        }
        return answer;
      } catch (error) {
        failure = error;
        if (signal.aborted) throw error;
        this.#replicas.failed(address, performance.now());
        if (!isRead && !wasNotExecuted(error)) throw error;
      } finally {
        if (!isRead) this.#options.sharedReads.changed(viewerOf(context));
      }
    }
    throw failure;
  }

  /** However many requests another client causes, a request waits for one of them at most. */
  #exchange(
    address: string,
    { body, isRead, patienceMs }: Outgoing,
    context: GatewayContext,
    signal: AbortSignal,
  ): Promise<RawAnswer> {
    const { sharedReads, timeoutMs } = this.#options;
    const viewer = viewerOf(context);
    // The question includes the replica, so that the failure of one is not taken for that of another.
    const question = `${address} ${body}`;
    // The requests of a subscription follow an event, which somebody else's earlier read may not contain.
    const mayJoin = isRead && context.client !== null;
    // One that ends with an operation which has little time left would take with it those who joined it.
    const leastTimeMs = Math.min(readPatienceMs, timeoutMs / 2);
    const isShared = mayJoin && context.deadline - performance.now() > leastTimeMs;
    const found = () => (mayJoin ? sharedReads.find(viewer, question) : undefined);
    const send = () => {
      const until =
        patienceMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      const answer = this.#send(address, body, context, until);
      return isShared ? sharedReads.share(viewer, question, answer) : answer;
    };
    const work = this.#work.get(address) as LimitedWork;
    const owner = context.client?.address ?? 'subscriptions';
    const joined = found();
    if (joined !== undefined) return joined;
    if (work.isFull) context.whenKeptWaiting?.();
    return work.enter(owner, signal, () => found() ?? send());
  }

  async #send(
    address: string,
    body: string,
    context: GatewayContext,
    signal: AbortSignal,
  ): Promise<RawAnswer> {
    const headers = this.#headersOf(body, context);
    const { connections: dispatcher } = this.#options;
    return receive(await send(address, { method: 'POST', headers, body, signal, dispatcher }));
  }

  /** Data that are the same for everybody are fetched without a viewer. */
  #sendForNobody(url: URL, body: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers = this.#headersOf(body, nobody);
    return send(url, { method: 'POST', headers, body, signal, dispatcher: this.#options.connections });
  }

  #warn(failure: unknown, message: string): void {
    const reason = failure instanceof Error ? failure.message : String(failure);
    this.#options.log.warn({ subgraph: this.#options.name, reason }, message);
  }

  #headersOf(
    body: string,
    context: Pick<GatewayContext, 'authorization' | 'client' | 'traceparent'>,
  ): Record<string, string> {
    const { authorization, traceparent } = context;
    const { name: subgraph, secret } = this.#options;
    const client = context.client === null ? undefined : writeClient(context.client);
    return {
      'content-type': 'application/json',
      [signatureHeader]: signRequest(secret, { subgraph, authorization, client, body }, new Date()),
      ...(client !== undefined && { [clientHeader]: client }),
      ...(authorization !== undefined && { authorization }),
      ...(traceparent !== undefined && { traceparent }),
    };
  }
}

const viewerOf = ({ authorization }: GatewayContext): string => authorization ?? '';
const nobody = { authorization: undefined, client: null, traceparent: undefined };

/** How long a query waits for one replica, in ms, before it is asked of another one. */
const readPatienceMs = 4_000;

async function piecesOf(body: Dispatcher.ResponseData['body']): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece);
  return pieces;
}
