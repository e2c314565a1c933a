import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './log.ts';
import { metricTable } from './metric-table.ts';
import type { MetricName, NameOf } from './metric-table.ts';

/** The value of a gauge, then the values of its labels in order. */
export type Reading = readonly [name: NameOf<'gauge'>, value: number, ...labels: string[]];

interface Source {
  readonly names: readonly NameOf<'gauge'>[];
  readonly read: () => Promise<readonly Reading[]> | readonly Reading[];
  readonly keptMs: number;
  freshUntil: number;
  underWay: Promise<void> | undefined;
}

/** How long a scrape waits for gauges to be read, in ms: less than Prometheus waits (10 s), whatever is down. */
const patienceMs = 1_000;
/** How long a gauge is reused after it was read, in ms, unless stated otherwise; so more scrapes do not mean more queries. */
const readingMs = 5_000;

/**
 * How often the event loop's delay is sampled, in ms, which is also the delay that an idle process reports. At Node's own 10 ms, an
 * idle process would use a third of a percent of a processor for it; 50 ms costs a fifth of that.
 */
const eventLoopLookMs = 50;

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * What a process counts and offers to Prometheus. Whoever counts makes counters and histograms once for each combination of
 * labels; gauges are read when Prometheus asks. A process without METRICS_PORT has no metrics.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #log: Logger;
  readonly #counting = new Map<string, (value?: number) => void>();
  readonly #sources: Source[] = [];
  readonly #readingFailed: () => void;

  constructor(service: string, log: Logger) {
    this.#log = log;
    this.#registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: eventLoopLookMs });
    this.#readingFailed = this.counter('frontrow_readings_failed_total');
  }

  /** @returns a function that adds 1, or the given number */
  counter(name: NameOf<'counter'>, ...labels: string[]): (by?: number) => void {
    return this.#known(name, labels, () => {
      const bound = this.#metric(name, Counter).labels(...labels);
      bound.inc(0);
      return (by) => {
        bound.inc(by);
      };
    });
  }

  /** @returns a function that records a duration in seconds */
  histogram(name: NameOf<'histogram'>, ...labels: string[]): (seconds: number) => void {
    return this.#known(name, labels, () => {
      const bound = this.#metric(name, Histogram, { buckets }).labels(...labels);
      return (seconds = 0) => {
        // Another machine's clock may be behind, and a value that is no number must not make the measured work fail.
        bound.observe(seconds > 0 ? seconds : 0);
      };
    });
  }

  /**
   * Has gauges read when Prometheus asks for them. A gauge that cannot be read within a second is left out, so that an old value does not
   * look like the present one.
   * @param options.keptMs how long a value is reused after it was read, in ms
   */
  gauges(names: Source['names'], read: Source['read'], { keptMs = readingMs } = {}): void {
    this.#sources.push({ names, read, keptMs, freshUntil: -Infinity, underWay: undefined });
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    await Promise.all(this.#sources.map((source) => this.#refresh(source)));
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async #refresh(source: Source): Promise<void> {
    if (performance.now() < source.freshUntil) return;
    // A read that hangs is not started again.
    source.underWay ??= this.#read(source).finally(() => (source.underWay = undefined));
    const isLate = await Promise.race([source.underWay, pause(patienceMs, true, { ref: false })]);
    if (isLate === true) this.#failed(source, 'it took too long');
  }

  async #read(source: Source): Promise<void> {
    try {
      const readings = await source.read();
      this.#forget(source);
      for (const name of source.names) this.#metric(name, Gauge);
      for (const [name, value, ...labels] of readings) {
        this.#metric(name, Gauge)
          .labels(...labels)
          .set(value);
      }
      source.freshUntil = performance.now() + source.keptMs;
    } catch (error) {
      this.#failed(source, error instanceof Error ? error.message : String(error));
    }
  }

  #failed(source: Source, reason: string): void {
    this.#readingFailed();
    this.#log.debug({ names: source.names, reason }, 'metrics could not be read');
    this.#forget(source);
  }

  #forget({ names }: Source): void {
    for (const name of names) this.#registry.removeSingleMetric(name);
  }

  #known(name: MetricName, labels: readonly string[], make: () => (value?: number) => void) {
    const key = `${name} ${labels.join(' ')}`;
    const known = this.#counting.get(key) ?? make();
    this.#counting.set(key, known);
    return known;
  }

  #metric<Metric extends Counter | Gauge | Histogram>(
    name: MetricName,
    Kind: new (options: {
      name: string;
      help: string;
      labelNames: string[];
      registers: Registry[];
      buckets?: number[];
    }) => Metric,
    more: { buckets?: number[] } = {},
  ): Metric {
    const known = this.#registry.getSingleMetric(name);
    if (known !== undefined) return known as Metric;
    const { help, labels } = metricTable[name];
    return new Kind({ name, help, labelNames: [...labels], registers: [this.#registry], ...more });
  }
}

/** The settings that say where metrics are offered. */
interface MetricsSettings {
  readonly HOST: string;
  readonly METRICS_PORT?: number | undefined;
}

/**
 * Answers `GET /metrics` on a port of its own, which is for Prometheus and not for the world.
 * @returns undefined when no setting names the port: then nothing is counted
 */
export async function startMetrics(
  service: string,
  { HOST, METRICS_PORT }: MetricsSettings,
  lifecycle: Lifecycle,
): Promise<Metrics | undefined> {
  if (METRICS_PORT === undefined) return undefined;
  const metrics = new Metrics(service, lifecycle.log);
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      (error: unknown) => {
        lifecycle.log.error({ err: error }, 'the metrics could not be read');
        response.writeHead(500).end();
      },
    );
  });
  server.listen(METRICS_PORT, HOST);
  await once(server, 'listening');
  lifecycle.onClose('metrics', async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return metrics;
}
