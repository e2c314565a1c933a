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
} from './layout.ts';
import type { Guard } from './processes/guard.ts';
import { KeptProcess } from './processes/kept-process.ts';
import { launch } from './processes/process.ts';
import type { Secrets } from './secrets.ts';

/** May change what a process is told, so that it reaches its servers another way. */
export type Reroute = (
  process: string,
  settings: Record<string, string>,
) => Record<string, string> | Promise<Record<string, string>>;

export interface Surroundings {
  /** Where `subgraphs/` and `gateway/` are. */
  root: string;
  logs: string;
  layout: Layout;
  secrets: Secrets;
  operator: Operator;
  /** Whether they run as `tsc -b` compiled them, which starts sooner, or out of their source. */
  compiled: boolean;
  /** Settings besides those of the layout, for every service. */
  environment: NodeJS.ProcessEnv;
  reroute: Reroute;
  guard: Guard;
  log: (line: string) => void;
}

/** Keeps one process of a service running. Waits until it says that it is ready. */
export async function keepService(
  service: Service,
  replica: number,
  around: Surroundings,
  signal?: AbortSignal,
): Promise<KeptProcess> {
  const { root, logs, layout, secrets, operator, compiled, environment, reroute, guard, log } = around;
  const name = processName(service, replica);
  const port = replicaPort(layout.ports[service], replica);
  const folder = join(root, folderOf(service));
  const settings = await reroute(name, settingsOf(service, replica, layout, secrets, operator));
  const given: NodeJS.ProcessEnv = { ...onOneMachine, ...process.env, ...environment };
  // One setting for all of them: each has a port of its own, unless nobody is to have any.
  const metrics = given['METRICS_PORT'] === 'off' ? 'off' : String(metricsPort(port));
  const keeping = {
    name,
    launch: () =>
      launch({
        name,
        command: process.execPath,
        args: compiled
          ? [join(folder, 'dist/main.js')]
          : ['--import', tsx(), '-C', 'source', join(folder, 'src/main.ts')],
        cwd: root,
        env: { ...given, METRICS_PORT: metrics, ...settings },
        log: join(logs, `${name}.log`),
        guard,
      }),
    check: () => checkReady(port),
    startTimeout: 60_000,
    patience: 12_000, // a service gives what runs ten seconds to finish
    log,
  };
  return KeptProcess.start(keeping, signal);
}

/** What the environment may say otherwise. */
const onOneMachine = {
  NODE_ENV: 'development',
  LOG_LEVEL: 'info',
  // Everybody comes from the same address here.
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

/** By its full name: a service may be started with another working directory than this. */
export const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
