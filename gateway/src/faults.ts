import { HeaderMap } from '@apollo/server';
import type { FaultCode } from '@frontrow/kit/errors';
import { GraphQLError } from 'graphql';

const statusOf: Record<FaultCode, number> = {
  BAD_USER_INPUT: 400,
  OPERATION_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
};

interface FaultOptions {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** The path of the wrong argument, e.g. `input.amount`. */
  readonly argument?: string | undefined;
}

/**
 * A fault for which a whole request is refused before any of it is executed. The answer has a body as
 * GraphQL clients expect it, and the HTTP status that says the same to everything between them and the gateway.
 */
export function requestFault(
  code: FaultCode,
  message: string,
  { status = statusOf[code], headers = {}, argument }: FaultOptions = {},
): GraphQLError {
  return new GraphQLError(message, {
    extensions: {
      ...(argument !== undefined && { argument }),
      code,
      http: { status, headers: new HeaderMap(Object.entries(headers)) },
    },
  });
}
