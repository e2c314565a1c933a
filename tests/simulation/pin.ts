import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';

/**
 * Keeps a process, with all its threads, to one processor. A worker and its server take turns: on two processors each statement
 * wakes up a sleeping one twice, which takes longer than the statement. Only speed is lost where this does not work.
 * @param processor from 0 on
 */
export function keepProcess(pid: number, processor: number): void {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(processor), String(pid)]);
}

/** The same for the thread that calls this. */
export function keepThread(processor: number): void {
  try {
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1) ?? '';
    spawnSync('taskset', ['--cpu-list', '--pid', String(processor), thread]);
  } catch {
    // Only Linux has this file.
  }
}
