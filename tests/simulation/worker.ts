import './world/globals.ts';
import { parentPort } from 'node:worker_threads';
import { MemoryMysql } from './mysql/server.ts';
import { runSchedule } from './schedule.ts';
import { openPremises } from './services.ts';

/** What a worker is to do. It answers each seed in turn. */
export interface Assignment {
  readonly seed: number;
  /** Whether each step is reported. */
  readonly trace: boolean;
}

const template = new MemoryMysql();
const premises = await openPremises(template);

parentPort?.on('message', ({ seed, trace }: Assignment) => {
  const tell = trace
    ? (line: string) => {
        console.log(line);
      }
    : undefined;
  void runSchedule(seed, template, premises, tell).then((outcome) => parentPort?.postMessage(outcome));
});
