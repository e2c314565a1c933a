import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';

/** The range of instants that clients may send, in ms since the epoch; the end is midnight after the last day of 2100. */
const [earliest, tooLate] = [Date.UTC(2000, 0, 1), Date.UTC(2101, 0, 1)];

/** @throws for instants that clients may not send; values from a database are shown as they are */
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

/** For subgraphs that show what others wrote: `JSON` is any JSON value. */
export const jsonScalar = { JSON: GraphQLJSON };
