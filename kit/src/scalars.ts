import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';

/** The scalars that subgraphs share: `DateTime` is UTC with milliseconds on the wire and a Date in resolvers. */
export const scalars = { DateTime: GraphQLDateTimeISO };

/** For those that show what others wrote: `JSON` is any JSON value. */
export const jsonScalar = { JSON: GraphQLJSON };
