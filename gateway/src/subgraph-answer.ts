import { notExecutedHeader } from '@frontrow/kit/not-executed';
import type { GraphQLFormattedError } from 'graphql';
import type { Dispatcher } from 'undici';
import { missingPaths } from './missing-paths.ts';
import type { SubgraphRequest } from './missing-paths.ts';

/** What came over the wire. Each of its readers gets objects of its own. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly cacheControl: string | undefined;
  /** Whether the replica says that it did not execute the request. */
  readonly wasNotExecuted: boolean;
}

export interface SubgraphResponse {
  data?: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
  /** Says whether the answer may also be shown to others. */
  http?: { headers: Headers };
}

export async function receive({
  statusCode: status,
  headers,
  body,
}: Dispatcher.ResponseData): Promise<RawAnswer> {
  const { 'cache-control': cacheControl, [notExecutedHeader]: notExecuted } = headers;
  return {
    status,
    text: await body.text(),
    cacheControl: typeof cacheControl === 'string' ? cacheControl : undefined,
    wasNotExecuted: notExecuted !== undefined,
  };
}

/** @throws if it is not an answer to a GraphQL request: see `wasNotExecuted` */
export function read({ status, text, cacheControl, wasNotExecuted }: RawAnswer): SubgraphResponse {
  if (status === 401) {
    throw new Error('it refused the signature: is GATEWAY_SECRET the same there, and are the clocks right?');
  }
  if (status === 503) throw new Unavailable(`it answered: ${text.slice(0, 200)}`, !wasNotExecuted);
  const answer = JSON.parse(text) as SubgraphResponse;
  // The viewer's token may have expired on the way. The subgraph reports that with a 500 and a code of its own.
  const isPlain = status < 500 || answer.errors?.[0]?.extensions?.['code'] === 'UNAUTHENTICATED';
  if (!isPlain || (answer.data === undefined && answer.errors === undefined)) {
    throw new Error(`it answered with status ${status}: ${text.slice(0, 200)}`);
  }
  if (cacheControl === undefined) return answer;
  return { ...answer, http: { headers: new Headers({ 'cache-control': cacheControl }) } };
}

/** Puts an error about the whole request in the places of the data that are missing because of it. */
export function withPaths(response: SubgraphResponse, request: SubgraphRequest): SubgraphResponse {
  const { data, errors } = response;
  if (errors === undefined || (data !== undefined && data !== null)) return response;
  const paths = missingPaths(request);
  return {
    errors: errors.flatMap((error) =>
      error.path === undefined && paths.length > 0 ? paths.map((path) => ({ ...error, path })) : error,
    ),
  };
}

/** A replica that cannot do its work. */
class Unavailable extends Error {
  readonly wasExecuted: boolean;

  constructor(message: string, wasExecuted: boolean) {
    super(message);
    this.wasExecuted = wasExecuted;
  }
}

/** Whether the replica lost its database while it worked on the request. */
export const isUnavailable = ({ errors }: SubgraphResponse) =>
  errors?.some(({ extensions }) => extensions?.['code'] === 'SERVICE_UNAVAILABLE') === true;

/** Only then can another replica be asked to execute a mutation without the danger of doing a thing twice. */
export const wasNotExecuted = (error: unknown) =>
  error instanceof Unavailable
    ? !error.wasExecuted
    : ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(
        String((error as { code?: unknown } | null)?.code),
      );
