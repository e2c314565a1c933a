import { GraphQLError } from 'graphql';

/** @param status of the answer, where HTTP has one */
export const refusal = (code: string, status: number, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status } } });
