import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface Script {
  readonly exited: Promise<{ code: number | null; output: string }>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a script of this folder as a process of its own, with these variables in its environment and no others. */
export function runScript(name: string, environment: NodeJS.ProcessEnv): Script {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'source', path], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return {
    exited: once(child, 'close').then(([code]) => ({ code: code as number | null, output })),
    kill: (signal) => child.kill(signal),
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
