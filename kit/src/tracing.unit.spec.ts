import { spansInMemory, traceparentOf } from './testing/spans.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a span', () => {
  it('belongs to the trace that it is told of, beneath the span that is named there', () => {
    const { tracing, spans } = spansInMemory();
    const above = tracing.start('above', 'SERVER', parent);
    tracing.start('beneath', 'CONSUMER', above.traceparent).end(new Error('no'));
    above.end();
    const [beneath, first] = spans();
    expect(first?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(first?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(beneath?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect([beneath?.status.message, first?.status.message]).toEqual(['no', undefined]);
    expect(first && traceparentOf(first)).toBe(above.traceparent);
  });

  it('begins a trace of its own where there is none that can be read', () => {
    const { tracing, spans } = spansInMemory();
    for (const strange of [undefined, '', 'not a trace', parent.replace('-01', '')]) {
      tracing.start('request', 'SERVER', strange).end();
    }
    expect(spans().map(({ parentSpanContext }) => parentSpanContext)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('may be linked to spans of other traces, which it is no part of', () => {
    const { tracing, spans } = spansInMemory();
    tracing.start('one of many', 'INTERNAL', undefined, {}, [parent, 'not a trace']).end();
    const [span] = spans();
    expect(span?.spanContext().traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
    expect(span?.links.map(({ context }) => context)).toMatchObject([
      { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
    ]);
  });

  it('that the client does not want collected is not, and says so to whoever comes after', () => {
    const { tracing, spans } = spansInMemory();
    const span = tracing.start('request', 'SERVER', parent.replace(/01$/, '00'));
    span.end();
    expect(span.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect(spans()).toEqual([]);
  });
});
