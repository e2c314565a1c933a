import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as it is reported to a collector of traces. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** With a message when the work failed. */
  readonly status: { readonly message?: string };
}

interface Value {
  key: string;
  value: { stringValue?: string };
}
interface SpanReport {
  resourceSpans: {
    resource: { attributes: Value[] };
    scopeSpans: { spans: Omit<CollectedSpan, 'service'>[] }[];
  }[];
}

/** Receives what processes report by OTLP over HTTP, in JSON, and keeps it. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void json(request).then((report) => {
        this.#take(report as SpanReport);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** The spans of a trace, in the order in which they were reported. */
  of(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  /** A span of a trace and all spans above it, the span itself first, as "service: name". Empty while there is no such span. */
  pathOf(traceId: string, service: string, name: string): string[] {
    const spans = this.of(traceId);
    const path: string[] = [];
    let span = spans.find((each) => each.name === name && each.service === service);
    for (; span !== undefined; span = spans.find(({ spanId }) => spanId === span?.parentSpanId))
      path.push(`${span.service}: ${span.name}`);
    return path;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take({ resourceSpans }: SpanReport): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const name = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      for (const { spans } of scopeSpans)
        this.spans.push(...spans.map((span) => ({ ...span, service: name })));
    }
  }
}
