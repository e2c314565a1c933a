import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { GraphQLError } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Context, Server, SubscribePayload } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { SubscriptionFailed } from './live-operation.ts';
import type { OpenConnections } from './open-connections.ts';
import type { Operations } from './operations.ts';
import type { Subscriber } from './subscriber.ts';
import type { TransportOptions } from './transport.ts';
import { holderOf } from './transport.ts';
import { WebSocketConnection } from './websocket-connection.ts';

type ConnectionContext = Context<Record<string, unknown>, WebSocketConnection>;

/** Serves clients over graphql-transport-ws: subscriptions, queries and mutations. */
export class SubscriptionSockets {
  readonly #operations: Operations;
  readonly #connections: OpenConnections;
  readonly #options: TransportOptions;
  readonly #sockets: WebSocketServer;
  readonly #protocol: Server<WebSocketConnection>;

  constructor(operations: Operations, connections: OpenConnections, options: TransportOptions) {
    this.#operations = operations;
    this.#connections = connections;
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      handleProtocols,
      // Compression would cost far more memory, for each connection, than it saves for small results.
      perMessageDeflate: false,
      maxPayload: options.maxMessageBytes,
      // How long a client may take to confirm that the connection is closed, in ms. The types do not have it yet.
      ...{ closeTimeout: 2_000 },
    });
    this.#protocol = makeServer(this.#hooks());
  }

  /** For the `upgrade` event of a server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node no longer handles errors of this socket, and an unhandled one would end the process. `close` follows.
    socket.on('error', () => undefined);
    const refusal =
      this.#options.refuse(request) ?? (this.#connections.isDraining ? { status: 503 } : undefined);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal);
      return;
    }
    const { authorization, 'user-agent': agent } = request.headers;
    const address = this.#options.addressOf(request);
    // Until it has said who it is, a connection counts for its address. It counts apart from connections of people who are not
    // logged in, so that these do not keep out somebody who is about to log in.
    const leave = this.#connections.takePlace(`opening ${address}`, this.#options.mostConnections(nobody));
    if (leave === undefined) {
      refuseUpgrade(socket, { status: 429 });
      return;
    }
    socket.once('close', leave);
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      const origin = { authorization, address, agent };
      const connection = new WebSocketConnection(opened, origin, this.#options);
      connection.onEnd(this.#connections.add(connection));
      connection.onEnd(leave);
      connection.leaveOpening = leave;
      connection.open(this.#protocol);
    });
  }

  #hooks() {
    return {
      onConnect: (context: ConnectionContext) => this.#connect(context.extra, context.connectionParams),
      onSubscribe: (context: ConnectionContext, id: string, payload: SubscribePayload) =>
        this.#begin(context.extra, id, payload),
      subscribe: ({ contextValue }: ExecutionArgs) =>
        (contextValue as { results: AsyncGenerator<ExecutionResult> }).results,
      execute: ({ contextValue }: ExecutionArgs) =>
        (contextValue as { result: Promise<ExecutionResult> }).result,
      onNext: (_context: unknown, _id: string, _payload: unknown, _args: unknown, result: object) => result,
      onError: (_context: unknown, _id: string, _payload: unknown, errors: readonly GraphQLError[]) => {
        const [error] = errors;
        return error?.originalError instanceof SubscriptionFailed
          ? error.originalError.errors
          : (this.#operations.present({ errors }).errors ?? []);
      },
    };
  }

  async #connect(
    connection: WebSocketConnection,
    params: Record<string, unknown> | undefined,
  ): Promise<undefined> {
    const given = params?.['authorization'] ?? params?.['Authorization'];
    const authorization = typeof given === 'string' ? given : connection.authorization;
    try {
      const subscriber = await this.#options.authenticate(authorization, connection);
      if (connection.hasEnded) return;
      connection.holder = holderOf(subscriber, connection.address);
      connection.leaveOpening();
      const leave = this.#connections.takePlace(connection.holder, this.#options.mostConnections(subscriber));
      if (leave === undefined) {
        connection.close(CloseCode.TooManyInitialisationRequests, 'Too many connections');
        return;
      }
      connection.onEnd(leave);
      connection.subscriber = subscriber;
      connection.expireAt(subscriber.expiresAt);
      connection.endWhenRevoked(subscriber);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const isForNow = error.extensions['code'] === 'SERVICE_UNAVAILABLE';
      connection.close(
        isForNow ? 1013 : CloseCode.Unauthorized,
        isForNow ? 'Try again later' : 'Unauthorized',
      );
    }
  }

  #begin(
    connection: WebSocketConnection,
    id: string,
    payload: SubscribePayload,
  ): ExecutionArgs | readonly GraphQLError[] {
    const { subscriber, holder } = connection;
    if (subscriber === undefined || connection.hasEnded)
      return [new GraphQLError('The connection is closed.')];
    const begun = this.#operations.begin(payload, subscriber, {
      holder,
      messageFrom: connection.address,
      mayMutate: true,
    });
    if ('errors' in begun) return begun.errors;
    const { supergraph, document } = begun.prepared;
    const contextValue = 'results' in begun ? { results: connection.sending(id, begun.results) } : begun;
    return { schema: supergraph.schema, document, operationName: payload.operationName, contextValue };
  }
}

const nobody: Subscriber = { key: null, authorization: undefined, expiresAt: undefined };

/** Answers, ends and destroys the connection, because a client that does not end its side must not keep this one open. */
function refuseUpgrade(
  socket: Duplex,
  { status, headers = {} }: { status: number; headers?: Record<string, string> },
): void {
  const lines = Object.entries({ connection: 'close', 'content-length': '0', ...headers });
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
      '',
      '',
    ].join('\r\n'),
  );
}
