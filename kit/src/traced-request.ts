import type { RequestHandler } from 'express';
import { inTrace } from './trace.ts';
import type { Tracing } from './tracing.ts';

/** Handles a request in the trace that it names, or in a new one, and makes a span of it when the process sends spans to a collector. */
export const traced =
  (tracing: Tracing | undefined): RequestHandler =>
  (request, response, next) => {
    const parent = request.get('traceparent');
    if (tracing === undefined) {
      inTrace(parent, next);
      return;
    }
    const span = tracing.start(`${request.method} ${request.path}`, 'SERVER', parent, {
      'http.request.method': request.method,
      'url.path': request.path,
    });
    response.once('close', () => {
      span.end(response.statusCode >= 500 ? new Error(`status ${String(response.statusCode)}`) : undefined);
    });
    inTrace(span.traceparent, next);
  };
