import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { Logger } from '@frontrow/kit/log';
import type { DocumentNode } from 'graphql';
import type { Dispatcher } from 'undici';
import type { AttachmentStore } from './attachments.ts';
import type { GatewayContext } from './context.ts';
import { nameArguments } from './argument-names.ts';
import { checkScalars, inputRules } from './input-checks.ts';
import { withIntrospection } from './introspection.ts';
import type { Federation } from './introspection.ts';
import { measureOperations } from './measure-operations.ts';
import type { OperationMetrics } from './measure-operations.ts';
import { operationLimits } from './operation-limits.ts';
import type { PersistedQueries } from './persisted-queries.ts';
import { hideValueCompletion } from './public-errors.ts';
import type { TellError } from './public-errors.ts';
import { retryAfter } from './retry-after.ts';
import type { GatewaySettings } from './settings.ts';
import { stringifyResult } from './shared-queries.ts';
import type { SharedQueries } from './shared-queries.ts';
import { SharedReads } from './shared-reads.ts';
import type { RawAnswer } from './subgraph-answer.ts';
import { SubgraphClient } from './subgraph-client.ts';
import { subgraphAddresses } from './subgraphs.ts';
import { readTrustedDocuments } from './trusted-documents.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/**
 * How much Apollo's caches of documents and of plans may each hold, in MiB by Apollo's own estimate. Documents really take four
 * times as much: 8 MiB are 1,600 documents of 600 characters, and take 35 MB. With the default of 30 MiB, anybody could fill 130
 * MB.
 */
const cacheMiB = 8;

/**
 * For how long others may join a request to a subgraph, in ms. The news of a change takes about as long to reach anybody, so a
 * client that has heard of a change and then asks sees it.
 */
const joinableRequestMs = 20;

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly settings: GatewaySettings;
  /** The connections to subgraphs. */
  readonly connections: Dispatcher;
  readonly log: Logger;
}

/** One client for each subgraph, which all requests use. */
export function subgraphClients({ settings, connections, log }: Omit<GatewayOptions, 'supergraphSdl'>) {
  const addressesOf = subgraphAddresses(settings);
  const clients = new Map<string, SubgraphClient>();
  const sharedReads = new SharedReads<RawAnswer>(joinableRequestMs);
  return ({ name }: { name: string }): SubgraphClient => {
    const addresses = addressesOf.get(name);
    if (addresses === undefined) throw new Error(`no setting says where the subgraph "${name}" is`);
    const client =
      clients.get(name) ??
      new SubgraphClient({
        name,
        addresses,
        connections,
        // The other connections are for requests that must not wait: whether a replica is ready, and attachments.
        atATime: Math.ceil(0.9 * settings.SUBGRAPH_CONNECTIONS),
        secret: settings.GATEWAY_SECRET,
        timeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
        sharedReads,
        log,
      });
    clients.set(name, client);
    return client;
  };
}

/** Plans operations against the supergraph and asks the subgraphs for their parts. */
export function createFederation(
  supergraphSdl: string,
  buildService: ReturnType<typeof subgraphClients>,
  log: Logger,
): ApolloGateway {
  // This is read when an ApolloGateway is made; there is no option for it.
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
  const federation = new ApolloGateway({
    supergraphSdl,
    logger: log,
    __exposeQueryPlanExperimental: false,
    experimental_approximateQueryPlanStoreMiB: cacheMiB,
    buildService,
  });
  federation.onSchemaLoadOrUpdate(({ apiSchema }) => {
    checkScalars(apiSchema);
  });
  return federation;
}

/** Turns attachments, which subgraphs report as errors, into marks before the GraphQL server sees them. */
const marking = (federation: Federation, attachments: AttachmentStore): Federation => ({
  load: async (options) => {
    const { executor } = await federation.load(options);
    return {
      executor: async (request) => attachments.mark(await executor(request)) as GatewayExecutionResult,
    };
  },
  onSchemaLoadOrUpdate: (callback) => federation.onSchemaLoadOrUpdate(callback),
  stop: () => federation.stop(),
});

/** Whether clients may ask for the schema, and get hints about what it contains. */
export const showsSchema = ({ INTROSPECTION, NODE_ENV }: GatewaySettings): boolean =>
  INTROSPECTION ?? NODE_ENV !== 'production';

export const trustedDocuments = ({ TRUSTED_DOCUMENTS }: GatewaySettings): TrustedDocuments | undefined =>
  TRUSTED_DOCUMENTS === undefined ? undefined : readTrustedDocuments(TRUSTED_DOCUMENTS);

export interface GraphQLServerOptions {
  readonly federation: ApolloGateway;
  readonly attachments: AttachmentStore;
  readonly sharedQueries: SharedQueries;
  readonly settings: GatewaySettings;
  readonly trusted: TrustedDocuments | undefined;
  readonly persisted: PersistedQueries;
  readonly tellError: TellError;
  readonly metrics: OperationMetrics | undefined;
  readonly log: Logger;
}

/** The GraphQL server in front of the supergraph. Its caches of documents, plans and persisted queries are bounded. */
export function createGraphQLServer({
  federation,
  attachments,
  sharedQueries,
  settings,
  trusted,
  persisted,
  tellError,
  metrics,
  log,
}: GraphQLServerOptions): ApolloServer<GatewayContext> {
  const introspection = showsSchema(settings);
  return new ApolloServer<GatewayContext>({
    gateway: sharedQueries.share(marking(withIntrospection(federation), attachments)),
    stringifyResult,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    maxRecursiveSelections: true,
    documentStore: new InMemoryLRUCache<DocumentNode>({ maxSize: cacheMiB * 2 ** 20 }),
    parseOptions: { maxLexicalTokens: settings.MAX_TOKENS },
    validationRules: [...inputRules],
    persistedQueries: { cache: persisted },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
    formatError: tellError,
    plugins: [
      operationLimits(settings, trusted),
      nameArguments,
      hideValueCompletion(log),
      retryAfter,
      ...(metrics ? [measureOperations(metrics)] : []),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}
