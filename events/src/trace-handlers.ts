import type { Span, Tracing } from '@frontrow/kit/tracing';
import type { Arrival } from './inbox.ts';

/** What is being handled in one transaction, each event in a span of its own. */
export interface Traced<Each extends Arrival> {
  /** The same events, with their spans as what follows from them will name it. */
  readonly arrivals: readonly Each[];
  /** @param failure why the transaction did not commit, if it did not */
  end(failure?: Error): void;
}

/**
 * A batch has events of many traces, so a span for the batch would belong to none of them. Each event has one instead, beneath what
 * emitted it and above what is emitted because of it; all of a batch take the time of its transaction.
 */
export function traceHandling<Each extends Arrival>(
  tracing: Tracing,
  arrivals: readonly Each[],
): Traced<Each> {
  const spans: Span[] = [];
  const traced = arrivals.map((arrival) => {
    const { consumer, event } = arrival;
    const span = tracing.start(`handle ${event.type}`, 'CONSUMER', event.traceparent, {
      'messaging.system': 'nats',
      'messaging.destination.name': event.type,
      'messaging.consumer.group.name': consumer,
      'messaging.message.id': event.id,
      'messaging.batch.message_count': arrivals.length,
      'frontrow.saga.id': event.subject,
    });
    spans.push(span);
    return { ...arrival, event: { ...event, traceparent: span.traceparent } };
  });
  return {
    arrivals: traced,
    end: (failure) => {
      for (const span of spans) span.end(failure);
    },
  };
}
