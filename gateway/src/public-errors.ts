import type { ApolloServerPlugin } from '@apollo/server';
import type { FaultCode } from '@frontrow/kit/errors';
import type { Logger } from '@frontrow/kit/log';
import { GraphQLError } from 'graphql';
import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from './context.ts';

const faultCodes: ReadonlySet<unknown> = new Set<FaultCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'RATE_LIMITED',
  'OPERATION_TOO_COMPLEX',
  'SERVICE_UNAVAILABLE',
]);

/** Codes of Apollo Server and of the query planner, in the words of the public contract. */
const translations: Record<string, FaultCode> = {
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  MAX_RECURSIVE_SELECTIONS_EXCEEDED: 'OPERATION_TOO_COMPLEX',
  QUERY_PLAN_COMPLEXITY_EXCEEDED: 'OPERATION_TOO_COMPLEX',
};

/** Clients of automatic persisted queries wait for exactly these. */
const persistedQueryCodes: ReadonlySet<unknown> = new Set([
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const unexpected = {
  message: 'Something went wrong on our side.',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

/** A value that somebody sent and a message repeats may be long. */
const longestMessage = 500;

/**
 * What the client is told of a fault: its code and, for faults that are meant for clients, the message and the argument.
 * Everything else is a bug: it is logged, and the client learns only that it happened.
 */
export function publicError(
  formatted: GraphQLFormattedError,
  error: unknown,
  log: Logger,
): GraphQLFormattedError {
  const { message, locations, path, extensions = {} } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  const code = isOfClient(error) ? 'BAD_USER_INPUT' : publicCode(message, extensions);
  if (code === 'INTERNAL_SERVER_ERROR') {
    // What a subgraph calls internal it has logged itself, and with more to say about it.
    const level = extensions['code'] === code && 'serviceName' in extensions ? 'debug' : 'error';
    log[level]({ err: error, path }, 'an operation met an unexpected error');
    return { message: unexpected.message, ...where, extensions: unexpected.extensions };
  }
  const { argument, retryAfterSeconds } = extensions;
  return {
    message: message.slice(0, longestMessage),
    ...where,
    extensions: {
      ...(typeof argument === 'string' && { argument }),
      ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
      code,
    },
  };
}

/** Apollo Server gives some mistakes of a client's a status, and no code. */
function isOfClient(error: unknown): boolean {
  if (!(error instanceof GraphQLError)) return false;
  const { code, http } = error.extensions as { code?: unknown; http?: { status?: number } };
  const { status = 0 } = http ?? {};
  return code === undefined && status >= 400 && status < 500;
}

function publicCode(message: string, extensions: Record<string, unknown>): string {
  const { code, validationErrorCode } = extensions;
  if (faultCodes.has(code)) return String(code);
  // A subgraph that does not understand the gateway is no mistake of the client's.
  if ('serviceName' in extensions) return 'INTERNAL_SERVER_ERROR';
  if (persistedQueryCodes.has(code)) return String(code);
  // graphql-js has no code for it.
  if (code === 'GRAPHQL_PARSE_FAILED' && message.endsWith('tokens. Parsing aborted.')) {
    return 'OPERATION_TOO_COMPLEX';
  }
  return translations[String(validationErrorCode)] ?? translations[String(code)] ?? 'INTERNAL_SERVER_ERROR';
}

/** The same, and each that is told is counted by its code. */
export const tellingErrors =
  (log: Logger, count: ((code: unknown) => void) | undefined) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const told = publicError(formatted, error, log);
    count?.(told.extensions?.['code']);
    return told;
  };
export type TellError = ReturnType<typeof tellingErrors>;

/**
 * A null that a subgraph gave, without an error, for a field that cannot be null is told by @apollo/gateway in
 * `extensions.valueCompletion`, in words that name parts of the supergraph. What it spoils is null already; only when
 * that is everything must the client be told.
 */
function withoutValueCompletion(result: FormattedExecutionResult, log: Logger): FormattedExecutionResult {
  if (result.extensions?.['valueCompletion'] === undefined) return result;
  const { data = null, extensions } = result;
  const { valueCompletion, ...others } = extensions;
  log.warn({ valueCompletion }, 'a subgraph left out what the schema promises');
  return {
    data,
    ...(data === null && { errors: [unexpected] }),
    ...(Object.keys(others).length > 0 && { extensions: others }),
  };
}

/** Applies it to what is answered by HTTP. */
export const hideValueCompletion = (log: Logger): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response: { body } }) => {
        if (body.kind === 'single') {
          body.singleResult = withoutValueCompletion(body.singleResult, log);
        }
        return Promise.resolve();
      },
    }),
});

/**
 * What the client is shown of a result that did not pass Apollo Server.
 * @param tell makes of an error what clients are told
 */
export function publicResult(
  { errors, ...result }: ExecutionResult,
  tell: TellError,
  log: Logger,
): FormattedExecutionResult {
  const shown = withoutValueCompletion(result, log);
  return errors === undefined
    ? shown
    : { ...shown, errors: errors.map((error) => tell(error.toJSON(), error)) };
}
