import type { ErrorRequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import { formOfErrors } from './accepted-forms.ts';
import { requestFault } from './faults.ts';
import type { TellError } from './public-errors.ts';

/** Answers requests that failed before Apollo Server saw them, in the shape that GraphQL clients expect. */
export const graphqlErrors =
  (tell: TellError): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const fault = asRequestFault(error);
    const { http, ...extensions } = fault.extensions as { http?: Head };
    response.status(http?.status ?? 500).set(Object.fromEntries(http?.headers ?? []));
    response.set('content-type', formOfErrors(request.headers.accept));
    response.json({ errors: [tell({ message: fault.message, extensions }, fault)] });
  };

interface Head {
  readonly status: number;
  readonly headers: Iterable<[string, string]>;
}

function asRequestFault(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  // This is how express and its body parser report that the request was wrong.
  const { type, status, limit } = (error ?? {}) as { type?: string; status?: number; limit?: number };
  if (type === 'entity.too.large') {
    return requestFault('BAD_USER_INPUT', `The body of the request is over ${limit} bytes.`, { status: 413 });
  }
  if (type === 'charset.unsupported' || type === 'encoding.unsupported') {
    return requestFault(
      'BAD_USER_INPUT',
      'The body must be JSON in UTF-8, as it is or as gzip, deflate or br.',
      {
        status: 415,
      },
    );
  }
  if (status !== undefined && status >= 400 && status < 500) {
    const isNoJson = type === 'entity.parse.failed';
    const message = isNoJson
      ? 'The body of the request is not valid JSON.'
      : 'The request could not be read.';
    return requestFault('BAD_USER_INPUT', message, { status });
  }
  return new GraphQLError('unexpected', { originalError: error instanceof Error ? error : undefined });
}
