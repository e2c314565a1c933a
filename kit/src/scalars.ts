import { GraphQLDateTimeISO } from 'graphql-scalars';

/** The scalars that subgraphs share: `DateTime` is UTC with milliseconds on the wire and a Date in resolvers. */
export const scalars = { DateTime: GraphQLDateTimeISO };
