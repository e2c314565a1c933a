import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';

/** Instants that somebody may mean; the first that is too late is midnight after the last day of 2100. In ms since the epoch. */
const [earliest, tooLate] = [Date.UTC(2000, 0, 1), Date.UTC(2101, 0, 1)];

/** @throws for what clients may not send. What a database holds is shown as it is. */
function withinCenturies(instant: Date): Date {
  const time = instant.getTime();
  if (time >= earliest && time < tooLate) return instant;
  throw new RangeError('DateTime must be an instant of the years from 2000 to 2100.');
}

/** UTC with milliseconds on the wire, and a Date in resolvers. */
export const dateTime = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  parseValue: (value) => withinCenturies(GraphQLDateTimeISO.parseValue(value)),
  parseLiteral: (node, variables) => withinCenturies(GraphQLDateTimeISO.parseLiteral(node, variables)),
});

/** The scalars that subgraphs share. */
export const scalars = { DateTime: dateTime };

/** For those that show what others wrote: `JSON` is any JSON value. */
export const jsonScalar = { JSON: GraphQLJSON };
