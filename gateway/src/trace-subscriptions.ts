import { traceparentIn } from '@frontrow/kit/subscription-protocol';
import { currentTraceparent, inTrace, newTraceparent } from '@frontrow/kit/trace';
import type { Tracing } from '@frontrow/kit/tracing';
import { apiPath } from './api-path.ts';
import type { Opening } from './federated-subscriptions/opening.ts';
import type { OperationRequest } from './federated-subscriptions/supergraph.ts';

/** A message over a WebSocket has no headers, so its client names the trace in the extensions. An event stream is a request, and has headers. */
const traceparentOf = ({ extensions }: OperationRequest) => traceparentIn(extensions) ?? currentTraceparent();

/** The span ends with the first result: whoever follows for hours would otherwise be seen hours later, or never. */
export const startOpening = (tracing: Tracing, request: OperationRequest, rootField: string): Opening =>
  tracing.start(`subscribe ${rootField}`, 'SERVER', traceparentOf(request));

/**
 * Where the requests that complete an event belong. Most events need none, and have no span. The others have one of their own, which is linked to the
 * subscription, because a trace of hours is no use to anybody.
 * @param opening the `traceparent` of the subscription
 * @returns makes the span when it is first asked for
 */
export function traceOfEvent(tracing: Tracing | undefined, opening: string | undefined): () => string {
  let traceparent: string | undefined;
  const start = () => {
    if (tracing === undefined) return newTraceparent();
    // What a client does not want to be collected is not collected here either.
    const parent = opening?.endsWith('-00') === true ? opening : undefined;
    const linked = opening === undefined ? [] : [opening];
    const span = tracing.start('complete an event', 'INTERNAL', parent, {}, linked);
    span.end();
    return span.traceparent;
  };
  return () => (traceparent ??= start());
}

/** Executes a query or mutation in its trace. One that came over an event stream is a request that has a span already. */
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
