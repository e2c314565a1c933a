import type { Server } from 'node:http';
import { expressMiddleware } from '@as-integrations/express5';
import { addHealthRoutes, listen } from '@frontrow/kit/http-server';
import type { Lifecycle } from '@frontrow/kit/lifecycle';
import type { Logger } from '@frontrow/kit/log';
import type { Revoked } from '@frontrow/kit/revocations';
import type { Metrics } from '@frontrow/kit/metrics';
import { traced } from '@frontrow/kit/traced-request';
import type { Tracing } from '@frontrow/kit/tracing';
import express from 'express';
import type { JWTVerifyGetKey } from 'jose';
import { Agent } from 'undici';
import { negotiate } from './accepted-forms.ts';
import { apiPath } from './api-path.ts';
import { AttachmentStore } from './attachments.ts';
import { authentication } from './authentication.ts';
import { compressed } from './compressed.ts';
import { createContext } from './context.ts';
import { createFederation, createGraphQLServer, subgraphClients, trustedDocuments } from './gateway.ts';
import { graphqlErrors } from './http-errors.ts';
import { apiHeaders, crossOrigin } from './http-headers.ts';
import { inTurn, takingTurns } from './in-turn.ts';
import { OperationMetrics } from './measure-operations.ts';
import { createPersistedQueries } from './persisted-queries.ts';
import { tellingErrors } from './public-errors.ts';
import { requestBody } from './request-body.ts';
import { countRequests, RequestLimits } from './request-limits.ts';
import { seatMapsPath, serveSeatMaps } from './seat-maps.ts';
import { sendAttachments } from './send-attachments.ts';
import type { GatewaySettings } from './settings.ts';
import { SharedQueries } from './shared-queries.ts';
import { storefront } from './storefront.ts';
import { createSubscriptions } from './subscriptions.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

export interface ServerOptions {
  /** The text of `supergraph.graphql`. */
  readonly supergraphSdl: string;
  readonly settings: GatewaySettings;
  /** The public keys of access tokens. */
  readonly keys: JWTVerifyGetKey;
  /** The access tokens that are void before they expire. */
  readonly revoked: Revoked;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly tracing?: Tracing | undefined;
  /** The documents whose operations are counted by name, if there are no trusted ones. */
  readonly knownDocuments?: TrustedDocuments | undefined;
  /** The folder of the web client's files. Without one, the gateway serves only the API. */
  readonly storefront?: string;
}

/** Serves the web client at `/`, the public API at `/graphql`, by HTTP, WebSocket and Server-Sent Events, and `/healthz` and `/readyz`. */
export async function startGateway(options: ServerOptions): Promise<Server> {
  const { supergraphSdl, settings, lifecycle, log } = options;
  const connections = new Agent({
    connections: settings.SUBGRAPH_CONNECTIONS,
    connect: { timeout: settings.SUBGRAPH_CONNECT_TIMEOUT_MS },
  });
  lifecycle.onClose('connections to subgraphs', () => connections.close());
  const subgraphs = subgraphClients({ settings, connections, log });
  const federation = createFederation(supergraphSdl, subgraphs, log);
  const trusted = trustedDocuments(settings);
  const attachments = new AttachmentStore(
    (name, id) => subgraphs({ name }).attachment(id),
    settings.ATTACHMENT_MEMORY_BYTES,
  );
  const persisted = createPersistedQueries(trusted);
  const metrics = options.metrics && new OperationMetrics(options.metrics, trusted ?? options.knownDocuments);
  const tellError = tellingErrors(log, metrics?.faulted);
  const telling = { tellError, metrics, log };
  const sharedQueries = new SharedQueries();
  const answering = { federation, attachments, sharedQueries, settings, trusted, persisted, ...telling };
  const graphql = createGraphQLServer(answering);
  const operation = {
    authenticate: authentication(options.keys, options.revoked),
    limits: new RequestLimits(settings),
    operationTimeoutMs: settings.OPERATION_TIMEOUT_MS,
    trustedProxies: settings.TRUSTED_PROXIES,
  };
  const takeTurn = takingTurns();
  const subscriptions = createSubscriptions({
    ...answering,
    ...operation,
    takeTurn,
    graphql,
    subgraphs,
    revoked: options.revoked,
    tracing: options.tracing,
  });
  await graphql.start();
  lifecycle.onClose('GraphQL server', () => graphql.stop());

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // answers are not cached, so there is nothing to compare
  // The gateway is ready whatever the state of the subgraphs: one that is down costs its own fields, not the gateway.
  addHealthRoutes(app, lifecycle, {});
  app.all(
    apiPath,
    inTurn(takeTurn, settings.TRUSTED_PROXIES),
    apiHeaders,
    crossOrigin(settings.CORS_ORIGINS),
    compressed,
    countRequests(operation.limits, settings),
    negotiate,
    requestBody(settings.MAX_BODY_BYTES),
    traced(options.tracing),
    sendAttachments(attachments),
    subscriptions.eventStreams,
    expressMiddleware(graphql, { context: ({ req }) => createContext(req, operation) }),
  );
  app.use(
    seatMapsPath,
    apiHeaders,
    crossOrigin(settings.CORS_ORIGINS),
    countRequests(operation.limits, settings),
    serveSeatMaps((...asked) => subgraphs({ name: 'concerts' }).file(...asked), settings),
  );
  // Files cost next to nothing, so they do not count. If they did, fans behind one address would have fewer requests left for the
  // API.
  const pages = options.storefront === undefined ? undefined : storefront(options.storefront);
  if (pages) app.get('/{*path}', pages);
  app.use(graphqlErrors(tellError));
  // A client that sends a request in small pieces has no more time than an operation.
  const server = await listen(app, settings, lifecycle, { arrivalMs: settings.OPERATION_TIMEOUT_MS });
  subscriptions.listen(server, lifecycle);
  log.info({ port: settings.PORT }, 'listening');
  return server;
}
