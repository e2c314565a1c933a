import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { rootFolder } from '@frontrow/stack/home';
import type { Guard } from '@frontrow/stack/processes/guard';
import { launch, untilReady } from '@frontrow/stack/processes/process';
import type { RunningProcess } from '@frontrow/stack/processes/process';
import { GraphqlClient } from '../graphql-client.ts';

const peersFolder = join(rootFolder, 'bench/peers');

export interface PeerProcess {
  /** A folder of bench/peers. */
  readonly folder: string;
  readonly port: number;
  /** The folder for its log. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly guard: Guard;
  /** A query that it answers as soon as it is ready. */
  readonly isUp?: string;
}

/**
 * Starts the server of a peer and waits until it answers.
 * @throws if a package that it needs is missing; the message says how to install it
 */
export async function startPeer({
  folder,
  port,
  home,
  environment,
  guard,
  isUp = '{ isUp }',
}: PeerProcess): Promise<{
  server: RunningProcess;
  url: string;
  client: GraphqlClient;
}> {
  assertInstalled(folder);
  const server = await launch({
    name: folder,
    command: process.execPath,
    args: [join(peersFolder, folder, 'server.mjs')],
    env: { ...process.env, ...environment, NODE_ENV: 'production', PORT: String(port) },
    log: join(home, 'server.log'),
    guard,
  });
  const url = `http://127.0.0.1:${port}/graphql`;
  const client = new GraphqlClient(url);
  await untilReady(server, () => client.ask(isUp, {}), 20_000);
  return { server, url, client };
}

/** @throws if a package that the peer needs is missing; the message says how to install it */
export function assertInstalled(folder: string): void {
  const path = join(peersFolder, folder);
  const { resolve } = createRequire(join(path, 'package.json'));
  const { dependencies } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    try {
      resolve(name);
    } catch {
      throw new Error(`This peer needs ${name}: install it with \`npm ci --prefix ${path}\`.`);
    }
  }
}
