import { GraphQLError } from 'graphql';

/** @param status the HTTP status, for answers that have one */
export const refusal = (code: string, status: number, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status } } });
