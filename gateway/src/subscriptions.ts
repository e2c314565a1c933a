import type { ApolloServer } from '@apollo/server';
import type { ApolloGateway } from '@apollo/gateway';
import type { Client } from '@frontrow/kit/client';
import { serviceUnavailable } from '@frontrow/kit/errors';
import type { Lifecycle } from '@frontrow/kit/lifecycle';
import type { Logger } from '@frontrow/kit/log';
import type { Revoked } from '@frontrow/kit/revocations';
import { signConnection, signOperation } from '@frontrow/kit/subscription-protocol';
import { currentTraceparent } from '@frontrow/kit/trace';
import type { Tracing } from '@frontrow/kit/tracing';
import type { Viewer } from '@frontrow/kit/viewer';
import type { RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import type { FormattedExecutionResult } from 'graphql';
import type { IncomingMessage, Server } from 'node:http';
import { formOfErrors } from './accepted-forms.ts';
import type { AttachmentStore } from './attachments.ts';
import type { Authenticate } from './authentication.ts';
import { isForApi } from './api-path.ts';
import { clientAddress } from './client-address.ts';
import { viewerKey } from './context.ts';
import type { GatewayContext } from './context.ts';
import { createFederatedSubscriptions } from './federated-subscriptions/create.ts';
import type { OperationRequest } from './federated-subscriptions/supergraph.ts';
import type { Subscriber } from './federated-subscriptions/subscriber.ts';
import type { Origin } from './federated-subscriptions/transport.ts';
import { showsSchema } from './gateway.ts';
import type { subgraphClients } from './gateway.ts';
import type { TakeTurn } from './in-turn.ts';
import { checkScalars, inputRules } from './input-checks.ts';
import type { OperationMetrics } from './measure-operations.ts';
import { checkOperation } from './operation-limits.ts';
import type { PersistedQueries } from './persisted-queries.ts';
import { publicResult } from './public-errors.ts';
import type { TellError } from './public-errors.ts';
import type { RequestLimits } from './request-limits.ts';
import type { GatewaySettings } from './settings.ts';
import type { SharedQueries } from './shared-queries.ts';
import { streamed } from './streamed.ts';
import { subgraphAddresses } from './subgraphs.ts';
import { startOpening, traceMessage, traceOfEvent } from './trace-subscriptions.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

export interface SubscriptionsOptions {
  readonly federation: ApolloGateway;
  /** Executes the queries and mutations that come over a WebSocket. */
  readonly graphql: ApolloServer<GatewayContext>;
  readonly subgraphs: ReturnType<typeof subgraphClients>;
  readonly attachments: AttachmentStore;
  readonly sharedQueries: SharedQueries;
  readonly authenticate: Authenticate;
  readonly revoked: Revoked;
  readonly limits: RequestLimits;
  readonly takeTurn: TakeTurn;
  readonly trusted: TrustedDocuments | undefined;
  readonly persisted: PersistedQueries;
  readonly tellError: TellError;
  readonly metrics: OperationMetrics | undefined;
  readonly tracing: Tracing | undefined;
  readonly settings: GatewaySettings;
  readonly log: Logger;
}

export interface Subscriptions {
  /** Handles requests that ask for a stream of events, and leaves all others alone. */
  readonly eventStreams: RequestHandler;
  /** Takes WebSockets, until the process shuts down. */
  listen(server: Server, lifecycle: Lifecycle): void;
}

/** A subscriber, with the viewer whose results they get. */
interface ViewingSubscriber extends Subscriber {
  readonly viewer: Viewer | null;
  /** Where the first of them came from; others may share what they subscribe to. */
  readonly client: Client;
}

/** Root fields that tell what changed, and not how things are: see federated-subscriptions/README.md. */
const increments = ['seatsChanged'];

/**
 * How long sending all clients away may take, in ms: half of the time that the process has to end. The other half is for the parts
 * that are closed afterwards.
 */
const drainMs = 5_000;

/** Subscriptions as the gateway's settings, limits and identities have them. To be called before the federation is loaded. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { federation, attachments, settings, tellError, metrics, tracing, log } = options;
  const part = createFederatedSubscriptions({
    ...upstreams(options),
    ...admission(options),
    execute: (request, subscriber) => execute(options, request, subscriber as ViewingSubscriber),
    contextFor: (subscriber, opening) => contextOfEvent(options, subscriber as ViewingSubscriber, opening),
    watch: tracing && ((request, prepared) => startOpening(tracing, request, prepared.plan().rootField)),
    whenTold: ({ key }) => options.sharedQueries.changed(key),
    present: (result) => publicResult(attachments.mark(result), tellError, log),
    fill: (text) => attachments.fill(text),
    maxTokens: settings.MAX_TOKENS,
    introspection: showsSchema(settings),
    rules: inputRules,
    checkScalars,
    increments,
    log,
  });
  metrics?.followSubscriptions(part.underWay);
  federation.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    part.useSupergraph(coreSupergraphSdl);
  });
  return {
    eventStreams: async (request, response, next) => {
      const { persisted } = options;
      const operation = await streamed(request, { persisted, maxTokens: settings.MAX_TOKENS });
      if (operation !== undefined) response.set('content-type', formOfErrors(request.headers.accept));
      if (operation === undefined) next();
      else await part.eventStreams.serve(request, response, operation);
    },
    listen: (server, lifecycle) => {
      server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
        part.sockets.upgrade(request, socket, head);
      });
      lifecycle.onClose('subscriptions', async () => {
        await part.drain(drainMs);
        part.close();
      });
    },
  };
}

/** How subgraphs are subscribed to. */
function upstreams({ settings, subgraphs }: SubscriptionsOptions) {
  const { GATEWAY_SECRET } = settings;
  const addressesOf = subgraphAddresses(settings);
  return {
    dataSource: subgraphs,
    addresses: (subgraph: string) =>
      (addressesOf.get(subgraph) ?? []).map((address) => address.replace(/^http/, 'ws')),
    connectionPayload: (subgraph: string) => ({
      ...signConnection({ secret: GATEWAY_SECRET, subgraph }, new Date()),
    }),
    extensionsFor: (
      operation: OperationRequest,
      { authorization }: Subscriber,
      subgraph: string,
      traceparent: string | undefined,
    ) => ({
      ...signOperation({ secret: GATEWAY_SECRET, subgraph }, operation, authorization, new Date()),
      ...(traceparent !== undefined && { traceparent }),
    }),
    answerWithinMs: settings.SUBSCRIPTION_ANSWER_MS,
    giveUpAfterMs: settings.OPERATION_TIMEOUT_MS,
    unavailable: () => serviceUnavailable(),
    isPassing: ({ extensions }: { extensions?: Record<string, unknown> }) =>
      extensions?.['code'] === 'SERVICE_UNAVAILABLE',
  };
}

/** Who is let in, and for how much. */
function admission(options: SubscriptionsOptions) {
  const { authenticate, revoked, limits, takeTurn, trusted, metrics, settings } = options;
  const addressOf = (request: IncomingMessage) => clientAddress(request, settings.TRUSTED_PROXIES);
  return {
    addressOf,
    takeTurn,
    refuse: (request: IncomingMessage) => {
      const refusal = refusalOf(() => {
        limits.countRequest(addressOf(request));
      });
      if (refusal !== undefined) return refusal;
      if (!isForApi(request.url)) return { status: 404 };
      return mayCall(request, settings.CORS_ORIGINS) ? undefined : { status: 403 };
    },
    authenticate: async (
      authorization: string | undefined,
      { address, agent }: Origin,
    ): Promise<ViewingSubscriber> => {
      const client = { address, agent };
      const viewer = await authenticate(authorization);
      if (viewer === null) {
        return { viewer, client, key: null, authorization: undefined, expiresAt: undefined };
      }
      return {
        viewer,
        client,
        key: viewerKey(viewer),
        authorization,
        expiresAt: viewer.expiresAt,
        whenRevoked: (then) => revoked.whenRevoked(viewer, then),
      };
    },
    admit: (subscriber: Subscriber, messageFrom: string | undefined) => {
      if (messageFrom !== undefined) limits.countRequest(messageFrom);
      limits.countOperation((subscriber as ViewingSubscriber).viewer);
    },
    check: (
      { supergraph, ...prepared }: Parameters<Parameters<typeof createFederatedSubscriptions>[0]['check']>[0],
      variables: Record<string, unknown>,
    ) => {
      checkOperation({ schema: supergraph.schema, ...prepared, variables }, settings, trusted);
      metrics?.subscribed(prepared.source, prepared.operation);
    },
    mostConnections: ({ key }: Subscriber) =>
      key === null ? settings.CONNECTIONS_PER_ADDRESS : settings.CONNECTIONS_PER_VIEWER,
    mostOperations: ({ key }: Subscriber) =>
      key === null ? settings.SUBSCRIPTIONS_PER_ADDRESS : settings.SUBSCRIPTIONS_PER_VIEWER,
    maxMessageBytes: settings.MAX_BODY_BYTES,
  };
}

// A foreign page has no fan's token, so it could do no harm. But a page that may not call the API by HTTP must not be able to call it
// over a WebSocket either.
function mayCall({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes('*') || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refusalOf(admit: () => void): { status: number; headers?: Record<string, string> } | undefined {
  try {
    admit();
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const http = error.extensions['http'] as { status: number; headers: Map<string, string> };
    return { status: http.status, headers: Object.fromEntries(http.headers) };
  }
}

const contextFor = (
  { settings }: SubscriptionsOptions,
  { viewer, client, authorization }: ViewingSubscriber,
  traceparent: string | undefined,
): GatewayContext => ({
  viewer,
  client,
  authorization,
  traceparent,
  deadline: performance.now() + settings.OPERATION_TIMEOUT_MS,
});

function contextOfEvent(
  options: SubscriptionsOptions,
  subscriber: ViewingSubscriber,
  opening: string | undefined,
): Record<string, unknown> {
  const trace = traceOfEvent(options.tracing, opening);
  const context: GatewayContext = {
    ...contextFor(options, subscriber, undefined),
    client: null,
    get traceparent() {
      return trace();
    },
  };
  return context as object as Record<string, unknown>;
}

/** A query or mutation. */
async function execute(
  options: SubscriptionsOptions,
  request: OperationRequest,
  subscriber: ViewingSubscriber,
): Promise<FormattedExecutionResult> {
  const { query, variables, operationName } = request;
  const { body } = await traceMessage(options.tracing, request, () =>
    options.graphql.executeOperation(
      { query, ...(variables && { variables }), ...(operationName && { operationName }) },
      { contextValue: contextFor(options, subscriber, currentTraceparent()) },
    ),
  );
  if (body.kind !== 'single') throw new Error('incremental delivery is not served');
  return body.singleResult;
}
