import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { Logger } from '@frontrow/kit/log';
import type { Dispatcher } from 'undici';
import type { GatewayContext } from './context.ts';
import { operationLimits } from './operation-limits.ts';
import { hideValueCompletion, publicError } from './public-errors.ts';
import type { GatewaySettings } from './settings.ts';
import { SubgraphClient } from './subgraph-client.ts';
import { subgraphAddresses } from './subgraphs.ts';
import { asPersistedQueries, readTrustedDocuments } from './trusted-documents.ts';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly settings: GatewaySettings;
  /** The connections to subgraphs. */
  readonly connections: Dispatcher;
  readonly log: Logger;
}

/** Plans operations against the supergraph and asks the subgraphs for their parts. */
function createFederation({ supergraphSdl, settings, connections, log }: GatewayOptions): ApolloGateway {
  // Read when an ApolloGateway is made; there is no option for it.
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
  const addressesOf = subgraphAddresses(settings);
  return new ApolloGateway({
    supergraphSdl,
    logger: log,
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => {
      const addresses = addressesOf.get(name);
      if (addresses === undefined) throw new Error(`no setting says where the subgraph "${name}" is`);
      return new SubgraphClient({
        name,
        addresses,
        connections,
        secret: settings.GATEWAY_SECRET,
        timeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
        log,
      });
    },
  });
}

/** The GraphQL server in front of the supergraph. Its caches of documents, plans and persisted queries are bounded. */
export function createGraphQLServer(options: GatewayOptions): ApolloServer<GatewayContext> {
  const { settings, log } = options;
  const introspection = settings.INTROSPECTION ?? settings.NODE_ENV !== 'production';
  const trusted =
    settings.TRUSTED_DOCUMENTS === undefined ? undefined : readTrustedDocuments(settings.TRUSTED_DOCUMENTS);
  return new ApolloServer<GatewayContext>({
    gateway: createFederation(options),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    maxRecursiveSelections: true,
    parseOptions: { maxTokens: settings.MAX_TOKENS },
    persistedQueries: trusted === undefined ? {} : { cache: asPersistedQueries(trusted) },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
    formatError: (formatted, error) => publicError(formatted, error, log),
    plugins: [
      operationLimits(settings, trusted),
      hideValueCompletion(log),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}
