import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { Tracing } from './tracing.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const collected = () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { tracing: new Tracing(provider.getTracer('test')), spans: () => exporter.getFinishedSpans() };
};

describe('a span', () => {
  it('belongs to the trace that it is told of, beneath the span that is named there', () => {
    const { tracing, spans } = collected();
    const above = tracing.start('above', 'SERVER', parent);
    tracing.start('beneath', 'CONSUMER', above.traceparent).end(new Error('no'));
    above.end();
    const [beneath, first] = spans();
    expect(first?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(first?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(beneath?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect([beneath?.status.message, first?.status.message]).toEqual(['no', undefined]);
    expect(above.traceparent).toBe(
      `00-0af7651916cd43dd8448eb211c80319c-${String(first?.spanContext().spanId)}-01`,
    );
  });

  it('begins a trace of its own where there is none that can be read', () => {
    const { tracing, spans } = collected();
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

  it('that the client does not want collected is not, and says so to whoever comes after', () => {
    const { tracing, spans } = collected();
    const span = tracing.start('request', 'SERVER', parent.replace(/01$/, '00'));
    span.end();
    expect(span.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect(spans()).toEqual([]);
  });
});
