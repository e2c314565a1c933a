import type { RequestHandler } from 'express';

/** For answers of the API: they must not be cached, and browsers must treat them as data only. */
export const apiHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  next();
};

/** The headers that clients of GraphQL and of tracing send, besides those that every page may send. */
const allowedHeaders = [
  'authorization',
  'content-type',
  // Browsers ask for permission if this header is long.
  'accept',
  'apollo-require-preflight',
  'graphql-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  'x-apollo-operation-name',
  'x-apollo-operation-id',
  'x-apollo-operation-type',
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
  'x-requested-with',
].join(', ');

/**
 * Lets web pages of other origins call the API (https://fetch.spec.whatwg.org/#http-cors-protocol), but without credentials: the
 * Authorization header says who the viewer is, never a cookie.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const origin = request.get('origin');
    response.vary('origin');
    if (origin === undefined || !(origins.includes('*') || origins.includes(origin))) {
      next();
      return;
    }
    response.set({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' });
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.set({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': '7200',
    });
    response.status(204).end();
  };
}
