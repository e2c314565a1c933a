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

/** Codes of Apollo Server and of the query planner, translated into those of the public contract. */
const translations: Record<string, FaultCode> = {
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
  MAX_RECURSIVE_SELECTIONS_EXCEEDED: 'OPERATION_TOO_COMPLEX',
  QUERY_PLAN_COMPLEXITY_EXCEEDED: 'OPERATION_TOO_COMPLEX',
};

/** Clients of automatic persisted queries expect exactly these codes. */
const persistedQueryCodes: ReadonlySet<unknown> = new Set([
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const unexpected = {
  message: 'Something went wrong on our side.',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

/** A message may repeat a value that somebody sent, which may be long. */
const longestMessage = 500;

/**
 * What the client is told about a fault: its code and, if the fault is meant for clients, the message and the argument.
 * Everything else is a bug. It is logged, and the client learns only that it happened.
 */
function publicError(formatted: GraphQLFormattedError, error: unknown, log: Logger): GraphQLFormattedError {
  const { message, locations, path, extensions = {} } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  const code = isOfClient(error) ? 'BAD_USER_INPUT' : publicCode(message, extensions);
  if (code === 'INTERNAL_SERVER_ERROR') {
    // The subgraph has logged its own internal error, in more detail.
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

/** Apollo Server gives some mistakes of clients a status, but no code. */
function isOfClient(error: unknown): boolean {
  if (!(error instanceof GraphQLError)) return false;
  const { code, http } = error.extensions as { code?: unknown; http?: { status?: number } };
  const { status = 0 } = http ?? {};
  return code === undefined && status >= 400 && status < 500;
}

function publicCode(message: string, extensions: Record<string, unknown>): string {
  const { code, validationErrorCode } = extensions;
  if (faultCodes.has(code)) return String(code);
  // If a subgraph does not understand the gateway, that is not the client's mistake.
  if ('serviceName' in extensions) return 'INTERNAL_SERVER_ERROR';
  if (persistedQueryCodes.has(code)) return String(code);
  // graphql-js has no code for this.
  if (code === 'GRAPHQL_PARSE_FAILED' && message.endsWith('tokens. Parsing aborted.')) {
    return 'OPERATION_TOO_COMPLEX';
  }
  return translations[String(validationErrorCode)] ?? translations[String(code)] ?? 'INTERNAL_SERVER_ERROR';
}

/** The same, and counts each fault that a client is told by its code. */
export const tellingErrors =
  (log: Logger, count: ((code: unknown) => void) | undefined) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const told = publicError(formatted, error, log);
    count?.(told.extensions?.['code']);
    return told;
  };
export type TellError = ReturnType<typeof tellingErrors>;

/**
 * If a subgraph returns null, without an error, for a field that cannot be null, @apollo/gateway reports it in
 * `extensions.valueCompletion` with names from the supergraph. Everything that this spoils is null already. The client must be
 * told only if nothing is left.
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

/** Applies this to answers by HTTP. */
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
 * The result that a client is shown if it did not pass through Apollo Server.
 * @param tell turns an error into what clients are told
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
