import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

// W3C Trace Context: https://www.w3.org/TR/trace-context/#traceparent-header

const traceparentFormat = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const storage = new AsyncLocalStorage<string>();

/** The trace that the running request or event belongs to. */
export const currentTraceparent = (): string | undefined => storage.getStore();

/** Whether a text that came from outside names a span. */
export const isTraceparent = (text: string | null | undefined): text is string =>
  typeof text === 'string' && traceparentFormat.test(text);

/** Runs `work` inside the trace that came with a request or event, or inside a new one. */
export function inTrace<T>(traceparent: string | undefined, work: () => T): T {
  return storage.run(isTraceparent(traceparent) ? traceparent : newTraceparent(), work);
}

export const newTraceparent = () =>
  `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
