import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folders in which packages install servers, but which a user's PATH often does not include. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

export const findMysqld = () => findProgram('MYSQLD', ['mariadbd', 'mysqld'], 'MySQL or MariaDB');
export const findNatsServer = () => findProgram('NATS_SERVER', ['nats-server'], 'NATS');

/** The browser of the storefront's stories and screenshots. */
export const findChromium = () =>
  findProgram('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome'], 'Chromium');

/** What the simulation runs on, what tests alerts, and what collects metrics; undefined if not installed, because nothing else needs them. */
export const findMariadb = (): string | undefined => onPath(['mariadbd']);
export const findPromtool = (): string | undefined => onPath(['promtool']);
export const findPrometheus = (): string | undefined => onPath(['prometheus']);

/** The program that `variable` names, or else the first of `names` on the PATH. */
function findProgram(variable: string, names: readonly string[], product: string): string {
  const named = process.env[variable];
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`${variable} is ${named}, which is not a program that can be run.`);
  }
  const found = onPath(names);
  if (found !== undefined) return found;
  throw new Error(
    `No ${product} found. \`node stack/setup.mjs --for-tests\` installs one, or set ${variable} to the path of ${names.join(' or ')}.`,
  );
}

function onPath(names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...serverFolders];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (folder !== '' && isProgram(path)) return path;
    }
  }
  return undefined;
}

export interface MysqlVersion {
  flavour: 'mariadb' | 'mysql';
  /** e.g. "10.11.19" */
  version: string;
}

export async function mysqlVersion(program: string): Promise<MysqlVersion> {
  // --no-defaults is only accepted as the first option.
  const { stdout } = await run(program, ['--no-defaults', '--version']);
  const version = /Ver (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`${program} --version says nothing that a MySQL server would: ${stdout}`);
  return { flavour: /mariadb/i.test(stdout) ? 'mariadb' : 'mysql', version };
}

/** e.g. "2.15.1" */
export async function natsVersion(program: string): Promise<string> {
  const { stdout } = await run(program, ['--version']);
  const version = /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) throw new Error(`${program} --version says nothing that a NATS server would: ${stdout}`);
  return version;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
