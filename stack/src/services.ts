import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  folderOf,
  metricsPort,
  processName,
  replicaPort,
  settingsOf,
  type Layout,
  type Operator,
  type Service,
  type Subgraph,
} from './layout.ts';
import type { Guard } from './processes/guard.ts';
import { KeptProcess } from './processes/kept-process.ts';
import { describeExit, launch, quoteLog, type Program } from './processes/process.ts';
import type { Secrets } from './secrets.ts';

/** May change the settings of a process, so that it reaches its servers in another way. */
export type Reroute = (
  process: string,
  settings: Record<string, string>,
) => Record<string, string> | Promise<Record<string, string>>;

export interface Surroundings {
  /** The folder with `subgraphs/` and `gateway/` of everything that is started from now on; an upgrade changes it. */
  root: string;
  logs: string;
  layout: Layout;
  secrets: Secrets;
  operator: Operator;
  /** Whether services run as `tsc -b` compiled them, which start sooner, or from their source. */
  compiled: boolean;
  /** Settings for every service, besides those of the layout. */
  environment: NodeJS.ProcessEnv;
  reroute: Reroute;
  guard: Guard;
  log: (line: string) => void;
}

/** Keeps one process of a service running. Waits until it is ready. */
export async function keepService(
  service: Service,
  replica: number,
  around: Surroundings,
  signal?: AbortSignal,
): Promise<KeptProcess> {
  const { layout, secrets, operator, reroute, log } = around;
  const name = processName(service, replica);
  const port = replicaPort(layout.ports[service], replica);
  const settings = await reroute(name, settingsOf(service, replica, layout, secrets, operator));
  const keeping = {
    name,
    launch: () =>
      launch(programOf(service, name, around, { METRICS_PORT: String(metricsPort(port)), ...settings })),
    check: () => checkReady(port),
    // Sources that no process has run before are translated by each of them as it starts, all at the same time.
    startTimeout: around.compiled ? 60_000 : 180_000,
    patience: 12_000, // a service gives requests in progress ten seconds
    log,
  };
  return KeptProcess.start(keeping, signal);
}

/**
 * Runs a subgraph's migrations, as a job does before a roll-out.
 * @throws if it fails; the message has the end of its log
 */
export async function migrate(subgraph: Subgraph, around: Surroundings): Promise<void> {
  const { layout, secrets, operator, reroute } = around;
  const name = `${subgraph}-migrations`;
  const settings = await reroute(subgraph, settingsOf(subgraph, 0, layout, secrets, operator));
  const job = await launch(
    programOf(subgraph, name, around, { ...settings, METRICS_PORT: 'off', MIGRATIONS: 'only' }),
  );
  const exit = await job.exited;
  if (exit.code !== 0) throw new Error(`${name} ${describeExit(exit)}. ${quoteLog(job)}`);
}

function programOf(
  service: Service,
  name: string,
  { root, logs, compiled, environment, guard }: Surroundings,
  settings: Record<string, string>,
): Program {
  const folder = join(root, folderOf(service));
  const given: NodeJS.ProcessEnv = { ...onOneMachine, ...process.env, ...environment };
  return {
    name,
    command: process.execPath,
    args: compiled
      ? [join(folder, 'dist/main.js')]
      : ['--import', tsx(), '-C', 'source', join(folder, 'src/main.ts')],
    cwd: root,
    // METRICS_PORT is one setting for all processes. Each has a port of its own, unless it is off.
    env: { ...given, ...settings, ...(given['METRICS_PORT'] === 'off' && { METRICS_PORT: 'off' }) },
    log: join(logs, `${name}.log`),
    guard,
  };
}

/** Defaults for one machine, which the environment may override. */
const onOneMachine = {
  NODE_ENV: 'development',
  LOG_LEVEL: 'info',
  // All requests come from the same address here.
  REQUESTS_PER_MINUTE_PER_ADDRESS: '0',
  REGISTRATIONS_PER_ADDRESS: '0',
  FAILED_LOG_INS_PER_ADDRESS: '0',
};

/** @throws with the reason that the service gives */
async function checkReady(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`/readyz says ${answer.status} ${body}`);
}

/** By its full path, because a service may be started in another working directory than this. */
export const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
