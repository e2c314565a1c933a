import type { RequestHandler } from 'express';

/** For answers of the API: nobody caches them, and no browser takes them for anything but data. */
export const apiHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  next();
};

/** What clients of GraphQL and of tracing send beside what every page may. */
const allowedHeaders = [
  'authorization',
  'content-type',
  // A long list of media types counts as no simple header.
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
 * Lets web pages of other origins call the API (https://fetch.spec.whatwg.org/#http-cors-protocol). Without credentials:
 * who asks is told by the Authorization header, never by a cookie.
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
