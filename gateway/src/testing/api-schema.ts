import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway';
import { buildSchema } from 'graphql';
import { createLogger } from '@frontrow/kit/log';
import type { GraphQLSchema } from 'graphql';

/** The schema that clients see of a supergraph. */
export async function apiSchemaOf(supergraphSdl: string): Promise<GraphQLSchema> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
  const logger = createLogger('test', 'warn');
  const unused = new LocalGraphQLDataSource(buildSchema('type Query { unused: Int }'));
  const gateway = new ApolloGateway({ supergraphSdl, logger, buildService: () => unused });
  const { schema } = await gateway.load();
  await gateway.stop();
  return schema;
}
