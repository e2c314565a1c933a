import { traceparentIn } from '@frontrow/kit/subscription-protocol';
import { currentTraceparent, inTrace, newTraceparent } from '@frontrow/kit/trace';
import type { Tracing } from '@frontrow/kit/tracing';
import { apiPath } from './api-path.ts';
import type { Opening } from './federated-subscriptions/opening.ts';
import type { OperationRequest } from './federated-subscriptions/supergraph.ts';

/** A message over a WebSocket has no headers, so the client names its trace in the extensions. An event stream is a request with headers. */
const traceparentOf = ({ extensions }: OperationRequest) => traceparentIn(extensions) ?? currentTraceparent();

/** The span ends with the first result. Otherwise the span of a subscription that lasts for hours would be seen hours later, or never. */
export const startOpening = (tracing: Tracing, request: OperationRequest, rootField: string): Opening =>
  tracing.start(`subscribe ${rootField}`, 'SERVER', traceparentOf(request));

/**
 * Names the trace of the requests that complete an event. Most events need no such requests, and have no span. Each of the others begins a trace of
 * its own, which is linked to the subscription, because a trace that lasts for hours is of no use.
 * @param opening the `traceparent` of the subscription
 * @returns a function that makes the span when it is first called, and returns its `traceparent`
 */
export function traceOfEvent(tracing: Tracing | undefined, opening: string | undefined): () => string {
  let traceparent: string | undefined;
  const start = () => {
    if (tracing === undefined) return newTraceparent();
    // If the client says that its trace is not to be collected, this one is not collected either.
    const parent = opening?.endsWith('-00') === true ? opening : undefined;
    const linked = opening === undefined ? [] : [opening];
    const span = tracing.start('complete an event', 'INTERNAL', parent, {}, linked);
    span.end();
    return span.traceparent;
  };
  return () => (traceparent ??= start());
}

/** Executes a query or mutation in its trace. One that came over an event stream belongs to a request, which has a span already. */
export async function traceMessage<Answer>(
  tracing: Tracing | undefined,
  request: OperationRequest,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (currentTraceparent() !== undefined) return work();
  const parent = traceparentOf(request);
  const span = tracing?.start(`message ${apiPath}`, 'SERVER', parent);
  try {
    return await inTrace(span?.traceparent ?? parent, work);
  } finally {
    span?.end();
  }
}
