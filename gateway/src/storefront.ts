import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Request, RequestHandler } from 'express';
import sirv from 'sirv';

/** Nothing inline, nothing from another host, no evaluation of text, and no frame around it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A year, because the name of such a file changes with its content. */
const forGood = 'public, max-age=31536000, immutable';

/**
 * Serves the web client's files, and its page at every address that the client has a page for. Other requests are left to the
 * next handler. The files are listed once, so a new build needs a new process.
 * @param folder where `vite build` wrote the files, with compressed copies beside them
 * @returns undefined if nothing was built
 */
export function storefront(folder: string): RequestHandler | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const files = sirv(folder, { etag: true, brotli: true, gzip: true, setHeaders });
  return (request, response, next) => {
    files(request, response, () => {
      if (!isPage(request)) {
        next();
        return;
      }
      request.url = pageOf(request.path);
      files(request, response, next);
    });
  };
}

/** A browser that opens an address prefers HTML to data. If the name contains a dot, a file is missing. */
const isPage = (request: Request) =>
  request.accepts('json', 'html') === 'html' &&
  !request.path.slice(request.path.lastIndexOf('/')).includes('.');

/** The operators' console and the door are pages of their own, so fans load nothing of them. */
function pageOf(path: string): string {
  const [, page] = /^\/(operate|door)(\/|$)/.exec(path) ?? [];
  return page === undefined ? '/' : `/${page}.html`;
}

function setHeaders(response: ServerResponse, path: string): void {
  response.setHeader('cache-control', path.startsWith('/assets/') ? forGood : 'no-cache');
  response.setHeader('content-security-policy', contentSecurityPolicy);
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  // Only the door scans. Its page has two addresses: the one that the browser shows, and the name of its file.
  const camera = /^\/door(\.html|\/|$)/.test(path) ? 'self' : '';
  response.setHeader('permissions-policy', `camera=(${camera}), geolocation=(), microphone=(), payment=()`);
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('x-content-type-options', 'nosniff');
}
