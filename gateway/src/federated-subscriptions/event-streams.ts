import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { atTime } from './at-time.ts';
import { EventStream } from './event-stream.ts';
import type { HttpOperation } from './http-request.ts';
import type { OpenConnections } from './open-connections.ts';
import type { Begun, Operations, Results } from './operations.ts';
import { refusal } from './refusal.ts';
import type { Subscriber } from './subscriber.ts';
import { holderOf } from './transport.ts';
import type { TransportOptions } from './transport.ts';

/**
 * Serves clients over Server-Sent Events, in the "distinct connections mode" of graphql-sse
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md): a GET or POST that accepts `text/event-stream`, and one
 * stream for each operation. The handler of graphql-sse takes results as fast as they come, whether or not the client keeps up.
 * This one takes the next result only when the one before has been sent.
 */
export class EventStreams {
  readonly #operations: Operations;
  readonly #connections: OpenConnections;
  readonly #options: TransportOptions;

  constructor(operations: Operations, connections: OpenConnections, options: TransportOptions) {
    this.#operations = operations;
    this.#connections = connections;
    this.#options = options;
  }

  /**
   * @param asked the operation, as `operationIn` reads it
   * @throws a GraphQLError, before anything was written, if the client is refused
   */
  async serve(request: IncomingMessage, response: ServerResponse, asked: HttpOperation): Promise<void> {
    if (this.#connections.isDraining) throw refusal('SERVICE_UNAVAILABLE', 503, 'Try again in a moment.');
    const { query } = asked;
    if (query === undefined) throw refusal('BAD_REQUEST', 400, 'query must be a string.');
    const operation = { ...asked, query };
    const { authorization, 'user-agent': agent } = request.headers;
    const address = this.#options.addressOf(request);
    const subscriber = await this.#options.authenticate(authorization, { address, agent });
    const holder = holderOf(subscriber, address);
    const leave = this.#connections.takePlace(holder, this.#options.mostConnections(subscriber));
    if (leave === undefined) throw refusal('RATE_LIMITED', 429, 'Too many connections are open.');
    try {
      if (response.destroyed) return;
      const begun = this.#operations.begin(operation, subscriber, {
        holder,
        // A link, or any web page, can make a browser send a GET.
        mayMutate: request.method === 'POST',
      });
      if ('errors' in begun) {
        this.#refuse(response, begun.errors);
        return;
      }
      await this.#stream(response, begun, subscriber);
    } finally {
      leave();
    }
  }

  async #stream(
    response: ServerResponse,
    begun: Exclude<Begun, { errors: unknown }>,
    { expiresAt, whenRevoked }: Subscriber,
  ): Promise<void> {
    const stream = new EventStream(
      response,
      'results' in begun ? begun.results : single(begun.result),
      this.#options.fill,
    );
    const forget = this.#connections.add(stream);
    const end = (why: string) => () => {
      stream.stop(this.#operations.present({ errors: [refusal('UNAUTHENTICATED', 401, why)] }));
    };
    const expiry = atTime(expiresAt, end('The access token has expired.'));
    const revocation = whenRevoked?.(end('The session of this access token has ended. Log in again.'));
    try {
      await stream.run();
    } finally {
      expiry?.();
      revocation?.();
      forget();
    }
  }

  #refuse(response: ServerResponse, errors: readonly GraphQLError[]): void {
    const { status = 400, headers = [] } = (errors[0]?.extensions['http'] ?? {}) as Partial<Head>;
    response.setHeaders(new Map(headers));
    if (!response.hasHeader('content-type')) {
      response.setHeader('content-type', 'application/json; charset=utf-8');
    }
    response.writeHead(status);
    response.end(JSON.stringify(this.#operations.present({ errors })));
  }
}

/** What an error says about the answer to a request that is refused with it. */
interface Head {
  readonly status: number;
  readonly headers: Iterable<[string, string]>;
}

/** The only result of a query or mutation. */
function single(result: Promise<FormattedExecutionResult>): Results {
  return (async function* () {
    yield JSON.stringify(await result);
    return undefined;
  })();
}
