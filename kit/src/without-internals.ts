import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { isTransient } from './database.ts';
import type { Logger } from './log.ts';

/** Faults that were meant for the caller pass. Everything else is logged, and the caller learns only its code. */
export function withoutInternals(
  formatted: GraphQLFormattedError,
  error: unknown,
  log: Logger,
): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  const { locations, path } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  if (cause instanceof GraphQLError && cause.extensions['code'] !== 'INTERNAL_SERVER_ERROR') {
    return { ...where, message: formatted.message, extensions: formatted.extensions ?? {} };
  }
  log.error({ err: cause, path: formatted.path }, 'a resolver failed');
  return isTransient(cause)
    ? {
        ...where,
        message: 'This part is not available right now. Try again.',
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      }
    : {
        ...where,
        message: 'Something went wrong on our side.',
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      };
}
