import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { findNatsServer } from '@frontrow/stack/servers/programs';

/** The machine on which something was measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly nats: string;
  /** The load average of the last minute, before anything was started. More than 0 is the work of others. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    nats: execFileSync(findNatsServer(), ['--version'], { encoding: 'utf8' }).trim(),
    loadBefore: loadavg()[0] ?? 0,
  };
}
