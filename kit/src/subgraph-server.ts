import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { pipeline } from 'node:stream/promises';
import { parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import type { JWTVerifyGetKey } from 'jose';
import { clientHeader, readClient } from './client.ts';
import type { Client } from './client.ts';
import type { DatabaseWatch } from './database-watch.ts';
import { serviceUnavailable } from './errors.ts';
import type { FaultCode } from './errors.ts';
import { addHealthRoutes, listen } from './http-server.ts';
import type { ReadinessChecks } from './http-server.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './log.ts';
import { followSubscribers, measureFields } from './measure-fields.ts';
import type { Metrics } from './metrics.ts';
import { notExecutedHeader } from './not-executed.ts';
import { publishRevocations } from './publish-revocations.ts';
import type { PublishedRevocations } from './publish-revocations.ts';
import { isSignedByGateway, signatureHeader } from './request-signature.ts';
import type { Revoked } from './revocations.ts';
import type { Signing } from './subscription-protocol.ts';
import { addSubscriptionServer } from './subscription-server.ts';
import { traced } from './traced-request.ts';
import type { Tracing } from './tracing.ts';
import { attachmentsPath, bytesOf, withAttached } from './attachments.ts';
import { filesPath, isFileEncoding } from './files.ts';
import type { ReadFile } from './files.ts';
import type { Attaching, Attachments } from './attachments.ts';
import { viewerFrom } from './viewer.ts';
import type { Viewer } from './viewer.ts';
import { withoutInternals } from './without-internals.ts';

/** What every resolver of every subgraph finds in its context. */
export interface SubgraphContext {
  readonly viewer: Viewer | null;
}

export interface SubgraphOptions<Context extends SubgraphContext> {
  /** The name by which the gateway knows it; requests are signed for this name. */
  readonly name: string;
  /** The text of the subgraph's `schema.graphql`. */
  readonly typeDefs: string;
  readonly resolvers: object;
  /**
   * Made anew for each request, so that loaders never serve one viewer what another one asked for. The client is null for
   * events of subscriptions.
   */
  readonly contextFor: (viewer: Viewer | null, client: Client | null) => Context;
  /** Where the gateway gets the lists that resolvers attach to their answers, if any do. */
  readonly attachments?: Attachments;
  /** The files that the gateway serves for this subgraph, if there are any. */
  readonly readFile?: ReadFile;
  /** The public keys of access tokens. */
  readonly keys: JWTVerifyGetKey;
  /** The access tokens that are void before they expire. */
  readonly revoked: Revoked;
  readonly checks: ReadinessChecks;
  /** While the service's own database does not answer, requests are refused at once. */
  readonly database?: Pick<DatabaseWatch, 'isWell' | 'check'>;
  /** The key set that the service publishes at `/.well-known/jwks.json`, if it signs anything. */
  readonly jwks?: () => Promise<object>;
  /** What the service publishes at `/.well-known/revoked-tokens.json`; only `users` does. */
  readonly publishedRevocations?: PublishedRevocations;
  /** The process's metrics, if it has any. */
  readonly metrics?: Metrics | undefined;
  readonly tracing?: Tracing | undefined;
  readonly settings: { readonly HOST: string; readonly PORT: number; readonly GATEWAY_SECRET: string };
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
}

/**
 * Serves a subgraph: `POST /graphql`, for the gateway only, with a WebSocket beside it if the schema has
 * subscriptions; `/healthz`, `/readyz`, and its key set.
 */
export async function startSubgraphServer<Context extends SubgraphContext>(
  options: SubgraphOptions<Context>,
): Promise<void> {
  const { settings, lifecycle, log, keys, revoked, jwks, publishedRevocations, contextFor, database } =
    options;
  const { metrics, tracing } = options;
  const signing = { secret: settings.GATEWAY_SECRET, subgraph: options.name };
  const schema = subgraphSchema(options.typeDefs, options.resolvers);
  if (metrics) measureFields(schema, metrics);
  const server = createSubgraphServer<Context>(schema, log);
  await server.start();
  lifecycle.onClose('GraphQL server', () => server.stop());
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // nothing is kept, so nothing is compared
  const checks = { ...(database && { database: () => database.check() }), ...options.checks };
  addHealthRoutes(app, lifecycle, checks);
  if (jwks !== undefined) {
    app.get('/.well-known/jwks.json', async (_request, response) => void response.json(await jwks()));
  }
  const tellRevoked = publishedRevocations && publishRevocations(app, publishedRevocations, lifecycle);
  app.post(
    '/graphql',
    express.raw({ type: () => true, limit: '4mb' }),
    signedOnly(signing),
    traced(tracing),
    onlyWhileWell(database),
    expressMiddleware(server, {
      context: async ({ req }) =>
        contextFor(
          await viewerFrom(req.headers.authorization, keys, revoked),
          readClient(req.get(clientHeader)),
        ),
    }),
  );
  const { attachments } = options;
  if (attachments !== undefined) {
    app.post(
      attachmentsPath,
      express.raw({ type: () => true }),
      signedOnly(signing),
      traced(tracing),
      giveAttachment(attachments),
    );
  }
  const { readFile } = options;
  if (readFile !== undefined) {
    app.post(
      filesPath,
      express.raw({ type: () => true }),
      signedOnly(signing),
      traced(tracing),
      onlyWhileWell(database),
      giveFile(readFile),
    );
  }
  app.use(withoutPage(log));
  const http = await listen(app, settings, lifecycle);
  if (tellRevoked) {
    lifecycle.onClose('questions about revoked tokens', () => {
      tellRevoked();
      return Promise.resolve();
    });
  }
  if (schema.getSubscriptionType() !== undefined && schema.getSubscriptionType() !== null) {
    addSubscriptionServer(http, {
      schema,
      contextFor: (viewer) => contextFor(viewer, null),
      keys,
      revoked,
      signing,
      onBegin: metrics && followSubscribers(metrics),
      tracing,
      lifecycle,
      log,
    });
  }
  log.info({ port: settings.PORT }, 'listening');
}

/** The package does not export the types of resolvers by themselves. */
type SchemaModule = Parameters<typeof buildSubgraphSchema>[0];

export const subgraphSchema = (typeDefs: string, resolvers: object): GraphQLSchema =>
  buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers } as SchemaModule);

export function createSubgraphServer<Context extends SubgraphContext>(
  schema: GraphQLSchema,
  log: Logger,
  plugins: ApolloServerPlugin<Context>[] = [],
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    // The gateway is the only client and checks operations itself; it does not need `_service`.
    introspection: false,
    csrfPrevention: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
    formatError: (formatted, error) => withoutInternals(formatted, error, log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // Nobody asks for traces in answers. And where nothing may be cached, no field needs a cache hint.
      ApolloServerPluginInlineTraceDisabled(),
      ...(schema.getDirective('cacheControl') ? [] : [ApolloServerPluginCacheControlDisabled()]),
      tellAttached,
      ...plugins,
    ],
  });
}

const tellAttached: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response: { body }, contextValue }) => {
        if (body.kind === 'single') {
          body.singleResult = withAttached(body.singleResult, contextValue as Partial<Attaching>);
        }
        return Promise.resolve();
      },
    }),
};

const giveAttachment =
  (attachments: Attachments): RequestHandler =>
  async (request, response) => {
    const { id } = request.body as { id?: unknown };
    const attachment = attachments.find(String(id));
    if (attachment === undefined) {
      response.status(404).json(faults('BAD_USER_INPUT', 'There is no such attachment, or not any more.'));
      return;
    }
    response.type('json');
    // The client may have gone meanwhile; that is no error here.
    await pipeline(bytesOf(attachment), response).catch(() => response.destroy());
  };

const giveFile =
  (readFile: ReadFile): RequestHandler =>
  async (request, response) => {
    const { name, encoding } = request.body as { name?: unknown; encoding?: unknown };
    const file = isFileEncoding(encoding) ? await readFile(String(name), encoding) : null;
    if (file === null) response.status(404).json(faults('BAD_USER_INPUT', 'There is no such file.'));
    else response.type('application/octet-stream').send(file);
  };

const faults = (code: FaultCode, message: string) => ({ errors: [{ message, extensions: { code } }] });

/** Express itself would answer with a page that shows a stack. */
const withoutPage =
  (log: Logger): ErrorRequestHandler =>
  (error: { status?: number }, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = error.status ?? 500;
    if (status >= 500) log.error({ err: error }, 'a request failed');
    response
      .status(status)
      .json(
        status < 500
          ? faults('BAD_USER_INPUT', 'The request could not be read.')
          : faults('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'),
      );
  };

/** A process that cannot reach its database says so at once. */
const onlyWhileWell =
  (database: SubgraphOptions<SubgraphContext>['database']): RequestHandler =>
  (_request, response, next) => {
    if (database === undefined || database.isWell) {
      next();
      return;
    }
    const { message } = serviceUnavailable();
    response.status(503).set(notExecutedHeader, 'true').json(faults('SERVICE_UNAVAILABLE', message));
  };

// The signature covers the bytes of the body, so it is checked before they are parsed.
const signedOnly =
  ({ secret, subgraph }: Signing): RequestHandler =>
  (request: Request, response, next) => {
    const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    const { authorization } = request.headers;
    const signed = { subgraph, authorization, client: request.get(clientHeader), body };
    if (!isSignedByGateway(secret, signed, request.get(signatureHeader), new Date())) {
      response.status(401).json(faults('UNAUTHENTICATED', 'Requests must be signed by the gateway.'));
      return;
    }
    try {
      request.body = JSON.parse(body.toString()) as unknown;
    } catch {
      response.status(400).json(faults('BAD_USER_INPUT', 'The body must be JSON.'));
      return;
    }
    next();
  };
