import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricsPort, replicaPort } from '@frontrow/stack/layout';
import type { Service, Subgraph } from '@frontrow/stack/layout';
import { standGuard } from '@frontrow/stack/processes/guard';
import { launch } from '@frontrow/stack/processes/process';
import { freePorts } from '@frontrow/stack/servers/ports';
import { findPrometheus } from '@frontrow/stack/servers/programs';
import type { Stack } from '@frontrow/stack/stack';

/** The addresses of every process's metrics, including replicas, because any of them may have handled an event. */
export const metricsOf = ({ services, gatewayUrl, subgraphUrl }: Stack) =>
  services.map(({ name }) => {
    const [, service = '', replica = '1'] = /^([a-z]+)(?:-(\d+))?$/.exec(name) ?? [];
    const url = service === 'gateway' ? gatewayUrl : subgraphUrl(service as Subgraph);
    const port = metricsPort(replicaPort(Number(new URL(url).port), Number(replica) - 1));
    return { name, service: service as Service, address: `127.0.0.1:${String(port)}` };
  });

interface Series {
  /** Its labels. */
  readonly metric: Readonly<Record<string, string>>;
}
export interface Prometheus {
  /**
   * What there is now.
   * @throws if the query is wrong
   */
  ask(query: string): Promise<readonly Series[]>;
  /**
   * What there was at any time since this instant (in ms since 1970).
   * @throws if the query is wrong
   */
  askSince(instant: number, query: string): Promise<readonly Series[]>;
  stop(): Promise<void>;
}

/** In seconds. A process takes up to one second to answer, when a gauge cannot be read. */
export const scrapeInterval = 2;

export const hasPrometheus = findPrometheus() !== undefined;

/** A Prometheus that reads every process of a system, and evaluates rules once a second. `instance` is the name of the process. */
export async function startPrometheus(stack: Stack, rules: string): Promise<Prometheus> {
  const home = await mkdtemp(join(tmpdir(), 'frontrow-prometheus-'));
  const targets = metricsOf(stack).map(({ name, address }) => ({
    targets: [address],
    labels: { instance: name },
  }));
  const config = {
    global: { scrape_interval: `${scrapeInterval}s`, evaluation_interval: '1s' },
    scrape_configs: [{ job_name: 'frontrow', static_configs: targets }],
    rule_files: ['rules.yml'],
  };
  await writeFile(join(home, 'rules.yml'), rules);
  await writeFile(join(home, 'prometheus.yml'), JSON.stringify(config));
  const address = `127.0.0.1:${String((await freePorts(1))[0])}`;
  const guard = standGuard();
  const running = await launch({
    name: 'prometheus',
    command: findPrometheus() ?? '',
    args: [
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(home, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    log: join(home, 'prometheus.log'),
    guard,
  });
  const answerTo = async (path: string, parameters: Record<string, string>) => {
    const url = `http://${address}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`;
    const answer = (await (await fetch(url)).json()) as { error?: string; data?: { result: Series[] } };
    if (answer.data === undefined) throw new Error(`${parameters['query'] ?? ''}: ${String(answer.error)}`);
    return answer.data.result;
  };
  return {
    ask: (query) => answerTo('query', { query }),
    askSince: (instant, query) => {
      const [start, end] = [instant, Date.now()].map((ms) => String(ms / 1_000)) as [string, string];
      return answerTo('query_range', { query, start, end, step: '1' });
    },
    stop: async () => {
      await running.stop();
      await guard.dismiss();
      await rm(home, { recursive: true, force: true });
    },
  };
}
