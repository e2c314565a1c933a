import { pino } from 'pino';
import type { Logger } from 'pino';
import { currentTraceparent } from './trace.ts';

export type { Logger };

/** Logs one JSON object per line to standard output, with the service's name and the trace that it belongs to. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    name: service,
    level,
    mixin: () => {
      const traceparent = currentTraceparent();
      return traceparent === undefined ? {} : { traceparent };
    },
    redact: ['password', 'token', 'authorization', '*.password', '*.token', '*.authorization'],
  });
}
