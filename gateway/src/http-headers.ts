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
      'access-control-allow-headers': 'authorization, content-type, traceparent, apollo-require-preflight',
      'access-control-max-age': '7200',
    });
    response.status(204).end();
  };
}
