import './world/globals.ts';
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { Mysql } from './mysql/server.ts';
import type { Address } from './mysql/server.ts';
import { keepThread } from './pin.ts';
import { runSchedule } from './schedule.ts';
import { openPremises } from './services.ts';
import { clockwork } from './world/databases.ts';

/** What a worker is to do. It answers each seed in turn. */
export interface Assignment {
  readonly seed: number;
  /** Whether each step is reported, or goes into a digest of all. */
  readonly trace: 'none' | 'steps' | 'digest';
}

const address = workerData as Address;
keepThread(address.processor);
const mysql = new Mysql(address, clockwork);
const premises = await openPremises(mysql);

parentPort?.on('message', ({ seed, trace }: Assignment) => {
  const digest = createHash('sha256');
  const tell = {
    none: undefined,
    steps: (line: string) => {
      console.log(line);
    },
    digest: (line: string) => {
      digest.update(line);
    },
  }[trace];
  void runSchedule(seed, mysql, premises, tell).then((outcome) => {
    parentPort?.postMessage({ ...outcome, ...(trace === 'digest' && { digest: digest.digest('hex') }) });
  });
});
