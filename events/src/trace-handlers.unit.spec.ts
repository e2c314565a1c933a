import { newTraceparent } from '@frontrow/kit/trace';
import type { Tracing } from '@frontrow/kit/tracing';
import { published } from './testing.ts';
import { registered } from './testing/service.ts';
import { traceHandling } from './trace-handlers.ts';

it('each event of a batch is handled in a span of its own, beneath what emitted it', () => {
  const begun: { name: string; parent: string | undefined; traceparent: string; ended: unknown[] }[] = [];
  const tracing = {
    start: (name: string, _kind: string, parent: string | undefined) => {
      const span = { name, parent, traceparent: newTraceparent(), ended: [] as unknown[] };
      begun.push(span);
      return { traceparent: span.traceparent, end: (failure?: Error) => span.ended.push(failure) };
    },
  } as unknown as Tracing;
  const message = { redelivered: false, info: { deliveryCount: 1 } };
  const arrivals = ['one', 'two'].map((name) => ({
    message,
    consumer: 'tested-on-user-registered-v1',
    event: { ...published(registered(name)), traceparent: newTraceparent() },
  }));
  const traced = traceHandling(tracing, arrivals);
  expect(begun.map(({ name, parent }) => [name, parent])).toEqual(
    arrivals.map(({ event }) => ['handle user.registered.v1', event.traceparent]),
  );
  // What follows from an event is told to be beneath the span that handles it; all else of it is as it came.
  expect(traced.arrivals).toEqual(
    arrivals.map((arrival, index) => ({
      ...arrival,
      event: { ...arrival.event, traceparent: begun[index]?.traceparent },
    })),
  );
  const failure = new Error('rolled back');
  traced.end(failure);
  traced.end(); // counts no more
  expect(begun.map(({ ended }) => ended)).toEqual([[failure], [failure]]);
});
