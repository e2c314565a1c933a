import { inTrace } from '@frontrow/kit/trace';
import type { Span, Tracing } from '@frontrow/kit/tracing';
import type { FailedMessage } from './dead-letter.ts';
import type { Arrival } from './inbox.ts';

/** What is known of how a message came. */
export interface Delivered {
  readonly message: { readonly redelivered: boolean; readonly info: { readonly deliveryCount: number } };
}

/** What is being handled in one transaction, each event in a span of its own. */
export interface Traced<Each> {
  /** The same events, with their spans as what follows from them will name it. */
  readonly arrivals: readonly Each[];
  /**
   * Only the first call counts.
   * @param failure why the transaction did not commit, if it did not
   */
  end(failure?: Error): void;
}

/**
 * A batch has events of many traces, so a span for the batch would belong to none of them. Each event has one instead, beneath what
 * emitted it and above what is emitted because of it; all of a batch take the time of its transaction.
 */
export function traceHandling<Each extends Arrival & Delivered>(
  tracing: Tracing,
  arrivals: readonly Each[],
): Traced<Each> {
  const spans: Span[] = [];
  const traced = arrivals.map((arrival) => {
    const { consumer, event, message } = arrival;
    const span = tracing.start(`handle ${event.type}`, 'CONSUMER', event.traceparent, {
      'messaging.system': 'nats',
      'messaging.destination.name': event.type,
      'messaging.consumer.group.name': consumer,
      'messaging.message.id': event.id,
      'messaging.batch.message_count': arrivals.length,
      'frontrow.saga.id': event.subject,
      // Restarts of a replica raise this number, too: see attempts.ts.
      'frontrow.delivery': message.redelivered ? message.info.deliveryCount : 1,
    });
    spans.push(span);
    return { ...arrival, event: { ...event, traceparent: span.traceparent } };
  });
  return {
    arrivals: traced,
    end: (failure) => {
      for (const span of spans.splice(0)) span.end(failure);
    },
  };
}

/** An event that is given up has a span that says so, beneath what emitted the event and above what follows from giving it up. */
export async function traceGivingUp(
  tracing: Tracing | undefined,
  { consumer, eventType, message, error, attempts }: FailedMessage,
  work: () => Promise<void>,
): Promise<void> {
  const { traceparent, subject } = (message ?? {}) as { traceparent?: unknown; subject?: unknown };
  const parent = typeof traceparent === 'string' ? traceparent : undefined;
  const span = tracing?.start(`give up ${eventType}`, 'CONSUMER', parent, {
    'messaging.system': 'nats',
    'messaging.destination.name': eventType,
    'messaging.consumer.group.name': consumer,
    'frontrow.attempts': attempts,
    ...(typeof subject === 'string' && { 'frontrow.saga.id': subject }),
  });
  try {
    await inTrace(span?.traceparent ?? parent, work);
  } finally {
    span?.end(error instanceof Error ? error : new Error(String(error)));
  }
}
