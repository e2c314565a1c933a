import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, SpanContext, Tracer } from '@opentelemetry/api';
import type { Lifecycle } from './lifecycle.ts';

/** A piece of work in a trace. */
export interface Span {
  /** The `traceparent` that names the span as the parent of what it causes. */
  readonly traceparent: string;
  /**
   * Only the first call counts.
   * @param failure what went wrong, if anything did
   */
  end(failure?: Error): void;
}

const traceparentFormat = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Makes spans of what a process does, for a collector. A process without a collector's address has none, and traces nothing. */
export class Tracing {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /**
   * @param kind `SERVER` for a request, `CONSUMER` for an event, `CLIENT` for what is asked of a database
   * @param linked the `traceparent` of related spans, which may be in other traces
   */
  start(
    name: string,
    kind: 'SERVER' | 'CONSUMER' | 'CLIENT' | 'INTERNAL',
    parent: string | undefined,
    attributes: Attributes = {},
    linked: readonly string[] = [],
  ): Span {
    const links = linked.flatMap((traceparent) => {
      const context = spanContextOf(traceparent);
      return context === undefined ? [] : [{ context }];
    });
    const above = spanContextOf(parent);
    const span = this.#tracer.startSpan(
      name,
      { kind: SpanKind[kind], attributes, links },
      above === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above),
    );
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
      end: (failure) => {
        if (failure !== undefined) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
        }
        span.end();
      },
    };
  }
}

/** The span that a client or an event names; undefined when it names none, or cannot be read. */
function spanContextOf(traceparent = ''): SpanContext | undefined {
  const [, traceId, spanId, flags = ''] = traceparentFormat.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

/**
 * Sends spans to a collector, many at a time, by OTLP over HTTP. Nothing waits for that; spans that it does not take are lost.
 * @returns undefined when no setting names a collector; then the library is not even loaded
 */
export async function startTracing(
  service: string,
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: { readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined },
  lifecycle: Lifecycle,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const [{ BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'frontrow' }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, { scheduledDelayMillis: 1_000, exportTimeoutMillis: 5_000 }),
    ],
  });
  lifecycle.onClose('tracing', () => provider.shutdown());
  return new Tracing(provider.getTracer('frontrow'));
}
