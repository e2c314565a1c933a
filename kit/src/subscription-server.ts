import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  Kind,
  parse,
  validate,
} from 'graphql';
import type {
  DocumentNode,
  ExecutionArgs,
  ExecutionResult,
  FormattedExecutionResult,
  GraphQLFormattedError,
  GraphQLSchema,
} from 'graphql';
import { CloseCode, handleProtocols, makeServer, MessageType, stringifyMessage } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import type { JWTVerifyGetKey } from 'jose';
import { WebSocketServer } from 'ws';
import { withAttached } from './attachments.ts';
import type { Attaching } from './attachments.ts';
import { CorkedSocket } from './corked-socket.ts';
import { unauthenticated } from './errors.ts';
import { eventIterator } from './event-iterator.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './log.ts';
import {
  authorizationIn,
  isSignedConnection,
  isSignedOperation,
  traceparentIn,
} from './subscription-protocol.ts';
import type { Revoked } from './revocations.ts';
import type { Signing } from './subscription-protocol.ts';
import { inTrace } from './trace.ts';
import type { Tracing } from './tracing.ts';
import { viewerFrom } from './viewer.ts';
import type { Viewer } from './viewer.ts';
import { withoutInternals } from './without-internals.ts';

export interface SubscriptionServerOptions<Context extends { readonly viewer: Viewer | null }> {
  readonly schema: GraphQLSchema;
  /** Made anew for each event, so that loaders never serve what they loaded for an earlier one. */
  readonly contextFor: (viewer: Viewer | null) => Context;
  readonly keys: JWTVerifyGetKey;
  readonly revoked: Revoked;
  readonly signing: Signing;
  /** Called with the root field of each subscription that begins; the returned function is called once, at its end. */
  readonly onBegin?: ((field: string) => () => void) | undefined;
  readonly tracing?: Tracing | undefined;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
}

/** A subscription that is about to begin. */
interface Beginning {
  readonly viewer: Viewer | null;
  /** That of the gateway's subscription which this one serves. */
  readonly traceparent: string | undefined;
  /** @returns when to go on, if that is not at once */
  readonly send: (result: ExecutionResult, context: Partial<Attaching>) => Promise<void> | undefined;
}

const largestMessage = 4 * 1024 * 1024;
/** How long a gateway may take to confirm that the connection ends, in ms. */
const closingMs = 1_000;
const keptDocuments = 1_000;

/** Serves subscriptions to the gateway only, as subscription-protocol.ts describes. */
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
  // It passes on what the server behind it has to say.
  sockets.on('error', (error) =>
    log.error({ err: error }, 'a connection for subscriptions could not be taken'),
  );
  const protocol = makeServer<Record<string, unknown>, CorkedSocket>(hooks(options));
  sockets.on('connection', (socket, request) => {
    const corked = new CorkedSocket(socket, request.socket);
    socket.on('error', (error) => log.warn({ err: error }, 'a connection for subscriptions failed'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (message) => corked.send(message),
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
      corked,
    );
    socket.once('close', (code, reason) => {
      closed(code, reason.toString()).catch((error: unknown) => {
        log.error({ err: error }, 'ending subscriptions failed');
      });
    });
  });
  lifecycle.onClose('subscriptions', () => drain(sockets));
}

/** The gateway treats "service restart" as a pause, and subscribes again at another replica or at the next process here. */
async function drain(sockets: WebSocketServer): Promise<void> {
  sockets.close();
  for (const socket of sockets.clients) socket.close(1012, 'Service restart');
  await pause(sockets.clients.size === 0 ? 0 : closingMs / 10);
  if (sockets.clients.size > 0) await pause(closingMs);
  for (const socket of sockets.clients) socket.terminate();
}

function hooks<Context extends { readonly viewer: Viewer | null }>({
  schema,
  contextFor,
  keys,
  revoked,
  signing,
  onBegin,
  tracing,
  log,
}: SubscriptionServerOptions<Context>) {
  const formatted = (errors: readonly GraphQLError[]): GraphQLFormattedError[] =>
    // What a source throws in mid-stream has no path, so nobody else would look behind the error that graphql-ws makes of it.
    errors.map((error) => withoutInternals(error.toJSON(), error.originalError ?? error, log));

  const documentOf = documents(schema);

  async function prepare(
    socket: CorkedSocket,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    if (!isSignedOperation(signing, payload, payload.extensions, new Date())) {
      return [unauthenticated('Subscriptions must be signed by the gateway.')];
    }
    try {
      const viewer = await viewerFrom(authorizationIn(payload.extensions), keys, revoked);
      const document = documentOf(payload.query);
      if ('mistakes' in document) return document.mistakes;
      const { operationName, variables: variableValues } = payload;
      const send: Beginning['send'] = ({ errors, ...result }, context) => {
        const formattedResult = errors === undefined ? result : { ...result, errors: formatted(errors) };
        const shown = withAttached<FormattedExecutionResult>(formattedResult, context);
        return socket.send(stringifyMessage({ id, type: MessageType.Next, payload: shown }));
      };
      const contextValue: Beginning = { viewer, traceparent: traceparentIn(payload.extensions), send };
      return { schema, document, operationName, variableValues, contextValue };
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  /** Sends the results itself, which takes a fraction of the promises; graphql-ws sees a source without events. */
  async function begin({ contextValue, ...args }: ExecutionArgs): Promise<AsyncGenerator<never>> {
    const { viewer, traceparent, send } = contextValue as Beginning;
    // The span covers the beginning only. A span of the whole subscription would be seen hours later, and one for each event would be too many.
    const span = tracing?.start(`subscribe ${rootFieldOf(args)}`, 'SERVER', traceparent);
    const source = await inTrace(span?.traceparent ?? traceparent, () =>
      createSourceEventStream({ ...args, contextValue: contextFor(viewer) }),
    );
    if (!(Symbol.asyncIterator in source)) {
      span?.end(source.errors?.[0]);
      return refused(source.errors ?? []);
    }
    span?.end();
    const events = source[Symbol.asyncIterator]();
    const whenEnded = onBegin?.(rootFieldOf(args));
    let isUnderWay = true;
    const ended = () => {
      if (isUnderWay) whenEnded?.();
      isUnderWay = false;
    };
    return eventIterator<never>(
      async () => {
        try {
          for (let event = await events.next(); event.done !== true; event = await events.next()) {
            const contextValue = contextFor(viewer);
            const result = execute({ ...args, rootValue: event.value, contextValue });
            const room = send(
              result instanceof Promise ? await result : result,
              contextValue as Partial<Attaching>,
            );
            if (room !== undefined) await room;
          }
        } finally {
          ended();
        }
        return { done: true, value: undefined };
      },
      () => {
        ended();
        return events.return?.();
      },
    );
  }

  return {
    onConnect: ({ connectionParams }: { connectionParams?: Record<string, unknown> }) =>
      isSignedConnection(signing, connectionParams, new Date()),
    onSubscribe: ({ extra: socket }: { extra: CorkedSocket }, id: string, payload: SubscribePayload) =>
      prepare(socket, id, payload),
    subscribe: begin,
    // Queries and mutations arrive by HTTP.
    execute: () => refused([new GraphQLError('Only subscriptions are served here.')]),
    onError: (_context: unknown, _id: string, _payload: unknown, errors: readonly GraphQLError[]) =>
      formatted(
        errors.flatMap((error) =>
          error.originalError instanceof Refused ? error.originalError.errors : error,
        ),
      ),
  };
}

/** The name of the one field that a valid subscription has. */
function rootFieldOf({ document, operationName }: Pick<ExecutionArgs, 'document' | 'operationName'>): string {
  const [field] = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return field?.kind === Kind.FIELD ? field.name.value : 'other';
}

/** Parses operations, and remembers them: the gateway plans few, and sends each for thousands of fans. */
function documents(schema: GraphQLSchema) {
  const known = new Map<string, DocumentNode | { readonly mistakes: readonly GraphQLError[] }>();
  return (query: string) => {
    const found = known.get(query);
    if (found !== undefined) return found;
    const document = parse(query);
    const mistakes = validate(schema, document);
    const read = mistakes.length > 0 ? { mistakes } : document;
    known.set(query, read);
    if (known.size > keptDocuments) known.delete(known.keys().next().value as string);
    return read;
  };
}

/** The errors of a subscription that never began, which graphql-ws would send as its first event. */
class Refused extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('the subscription was refused');
    this.errors = errors;
  }
}

const refused = (errors: readonly GraphQLError[]) =>
  eventIterator<never>(() => Promise.reject(new Refused(errors)));
