import type { IncomingMessage, Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createSourceEventStream, execute, GraphQLError, parse, validate } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import type { JWTVerifyGetKey } from 'jose';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { unauthenticated } from './errors.ts';
import { eventIterator } from './event-iterator.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './log.ts';
import { authorizationIn, isSignedConnection, isSignedOperation } from './subscription-protocol.ts';
import { inTrace } from './trace.ts';
import { viewerFrom } from './viewer.ts';
import type { Viewer } from './viewer.ts';
import { withoutInternals } from './without-internals.ts';

export interface SubscriptionServerOptions<Context extends { readonly viewer: Viewer | null }> {
  readonly schema: GraphQLSchema;
  /** Made anew for each event, so that loaders never serve what they loaded for an earlier one. */
  readonly contextFor: (viewer: Viewer | null) => Context;
  readonly keys: JWTVerifyGetKey;
  readonly secret: string;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
}

const largestMessage = 4 * 1024 * 1024;
const enoughForOneWrite = 32 * 1024;
/** How long a gateway that is told to go may take to confirm it, in ms. */
const closingMs = 1_000;

/** Serves subscriptions to the gateway, and to nobody else, as subscription-protocol.ts describes. */
export function addSubscriptionServer<Context extends { readonly viewer: Viewer | null }>(
  server: Server,
  options: SubscriptionServerOptions<Context>,
): void {
  const { log, lifecycle } = options;
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    handleProtocols,
    perMessageDeflate: false,
    maxPayload: largestMessage,
  });
  const protocol = makeServer<Record<string, unknown>, undefined>(hooks(options));
  sockets.on('connection', (socket, request) => {
    const send = corked(socket, request);
    socket.on('error', (error) => log.warn({ err: error }, 'a connection for subscriptions failed'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            // Always a Buffer, unless `binaryType` is changed.
            handle((data as Buffer).toString()).catch((error: unknown) => {
              log.error({ err: error }, 'a subscription failed');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      undefined,
    );
    socket.once('close', (code, reason) => {
      closed(code, reason.toString()).catch((error: unknown) => {
        log.error({ err: error }, 'ending subscriptions failed');
      });
    });
  });
  lifecycle.onClose('subscriptions', () => drain(sockets));
}

/** The gateway takes "service restart" for a pause, and subscribes again at another replica or at the next process here. */
async function drain(sockets: WebSocketServer): Promise<void> {
  sockets.close();
  for (const socket of sockets.clients) socket.close(1012, 'Service restart');
  await pause(sockets.clients.size === 0 ? 0 : closingMs / 10);
  if (sockets.clients.size > 0) await pause(closingMs);
  for (const socket of sockets.clients) socket.terminate();
}

/**
 * Sends what is said in one turn of the event loop, to thousands of subscriptions maybe, in few writes.
 * The promise resolves when it has left, so a gateway that cannot follow is not buried.
 */
function corked(socket: WebSocket, { socket: connection }: IncomingMessage) {
  let isCorked = false;
  return (message: string): Promise<void> => {
    // Not at once: a source that always has more would not let anybody hear that the connection is closed.
    if (socket.readyState !== socket.OPEN) return new Promise((resolve) => setImmediate(resolve));
    if (!isCorked) {
      isCorked = true;
      connection.cork();
      setImmediate(() => {
        isCorked = false;
        connection.uncork();
      });
    } else if (connection.writableLength > enoughForOneWrite) {
      // The gateway can begin with these while the rest is made.
      connection.uncork();
      connection.cork();
    }
    // An error is followed by the end of the connection, which ends its subscriptions.
    return new Promise((resolve) => {
      socket.send(message, () => {
        resolve();
      });
    });
  };
}

function hooks<Context extends { readonly viewer: Viewer | null }>({
  schema,
  contextFor,
  keys,
  secret,
  log,
}: SubscriptionServerOptions<Context>) {
  const formatted = (errors: readonly GraphQLError[]): GraphQLFormattedError[] =>
    // What a source throws in mid-stream has no path, so nobody else would look behind the error that graphql-ws makes of it.
    errors.map((error) => withoutInternals(error.toJSON(), error.originalError ?? error, log));

  async function prepare(payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]> {
    if (!isSignedOperation(secret, payload, payload.extensions, new Date())) {
      return [unauthenticated('Subscriptions must be signed by the gateway.')];
    }
    try {
      const viewer = await viewerFrom(authorizationIn(payload.extensions), keys);
      const document = parse(payload.query);
      const mistakes = validate(schema, document);
      if (mistakes.length > 0) return mistakes;
      const { operationName, variables: variableValues } = payload;
      return { schema, document, operationName, variableValues, contextValue: contextFor(viewer) };
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  async function begin(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult>> {
    const source = await inTrace(undefined, () => createSourceEventStream(args));
    if (!(Symbol.asyncIterator in source)) return refused(source.errors ?? []);
    const { viewer } = args.contextValue as Context;
    const events = source[Symbol.asyncIterator]();
    return eventIterator(
      async () => {
        const event = await events.next();
        if (event.done === true) return { done: true, value: undefined };
        const contextValue = contextFor(viewer);
        return { done: false, value: await execute({ ...args, rootValue: event.value, contextValue }) };
      },
      () => events.return?.(),
    );
  }

  return {
    onConnect: ({ connectionParams }: { connectionParams?: Record<string, unknown> }) =>
      isSignedConnection(secret, connectionParams, new Date()),
    onSubscribe: (_context: unknown, _id: string, payload: SubscribePayload) => prepare(payload),
    subscribe: begin,
    // Queries and mutations come by HTTP.
    execute: () => refused([new GraphQLError('Only subscriptions are served here.')]),
    onNext: (
      _context: unknown,
      _id: string,
      _payload: unknown,
      _args: unknown,
      { errors, ...result }: ExecutionResult,
    ) => (errors === undefined ? result : { ...result, errors: formatted(errors) }),
    onError: (_context: unknown, _id: string, _payload: unknown, errors: readonly GraphQLError[]) =>
      formatted(
        errors.flatMap((error) =>
          error.originalError instanceof Refused ? error.originalError.errors : error,
        ),
      ),
  };
}

/** The errors of a subscription that never began: graphql-ws would send them as its first event. */
class Refused extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('the subscription was refused');
    this.errors = errors;
  }
}

const refused = (errors: readonly GraphQLError[]) =>
  eventIterator<ExecutionResult>(() => Promise.reject(new Refused(errors)));
