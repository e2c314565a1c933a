import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guard } from './guard.ts';

/** What to run, and where its output goes. */
export interface Program {
  /** The name that messages use. */
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** The file that its output is appended to. */
  log: string;
  guard?: Guard | undefined;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** How it ended; undefined while it runs. */
  readonly exit: Exit | undefined;
  /** Settles when the process is gone, however it ended. Never rejects. */
  readonly exited: Promise<Exit>;
  kill(signal?: NodeJS.Signals): void;
  /** Asks the process to end; one that is still there after `patience` ms is ended by force. */
  stop(patience?: number): Promise<void>;
  /** The end of what it wrote since it was started. */
  logTail(): string;
  readonly log: string;
}

/**
 * Starts a process as the leader of its own group. So a Ctrl-C in the terminal reaches only the process that started it, which
 * can then end its processes in a sensible order.
 *
 * @throws if the program cannot be executed
 */
export async function launch(program: Program): Promise<RunningProcess> {
  mkdirSync(dirname(program.log), { recursive: true });
  const output = openSync(program.log, 'a');
  const logStart = fstatSync(output).size;
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve((exit = { code, signal })));
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (error) =>
      reject(new Error(`${program.name}: cannot run ${program.command}: ${error.message}`)),
    );
  });
  program.guard?.watch(pid);
  void exited.then(() => program.guard?.forget(pid));

  return {
    name: program.name,
    pid,
    log: program.log,
    exited,
    get exit() {
      return exit;
    },
    kill: (signal = 'SIGKILL') => void child.kill(signal),
    async stop(patience = 15_000) {
      child.kill('SIGTERM');
      child.kill('SIGCONT'); // a paused process would not get the signal otherwise
      const force = setTimeout(() => child.kill('SIGKILL'), patience);
      await exited;
      clearTimeout(force);
    },
    logTail: () => tail(program.log, logStart),
  };
}

/**
 * Waits until `check` no longer throws.
 *
 * @throws if the process ends first or `timeout` ms have passed, with the end of its log in the message; or if `signal` says that
 * nobody waits any more
 */
export async function untilReady(
  running: RunningProcess,
  check: () => Promise<void>,
  timeout: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    signal?.throwIfAborted();
    let refusal: unknown;
    try {
      await check();
      if (!running.exit) return; // otherwise another process answered at its address
    } catch (error) {
      refusal = error;
    }
    if (running.exit) {
      throw new Error(
        `${running.name} ${describeExit(running.exit)} before it was ready.\n${quoteLog(running)}`,
      );
    }
    if (Date.now() > deadline) {
      throw new Error(
        `${running.name} was not ready within ${timeout / 1000} s: ${reasonOf(refusal)}\n${quoteLog(running)}`,
      );
    }
    await Promise.race([sleep(30), running.exited]);
  }
}

/** `fetch` says of itself only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: Error };
  return cause === undefined ? String(error) : `${String(error)} (${String(cause)})`;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, and belongs to somebody else
  }
}

export function describeExit({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
}

export function quoteLog(process: RunningProcess): string {
  const lines = process.logTail();
  return lines === '' ? `It wrote nothing to ${process.log}.` : `The end of ${process.log}:\n${lines}`;
}

function tail(file: string, from: number): string {
  const lines = 25;
  const fd = openSync(file, 'r');
  try {
    const end = fstatSync(fd).size;
    const start = Math.max(from, end - 16_384);
    const buffer = Buffer.alloc(Math.max(0, end - start));
    readSync(fd, buffer, 0, buffer.length, start);
    return buffer
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .slice(-lines)
      .map((line) => `    ${line}`)
      .join('\n')
      .trimEnd();
  } finally {
    closeSync(fd);
  }
}
