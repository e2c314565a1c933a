import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from '../processes/process.ts';
import type { MysqlVersion } from './programs.ts';

const run = promisify(execFile);

export interface DataFolder extends MysqlVersion {
  program: string;
  folder: string;
  /** A folder that keeps one initialised data folder for each version, to copy from, because MySQL takes seconds to make one. */
  cache?: string | undefined;
}

/** mysqld refuses to run as root unless it is told to. */
export const asRoot = () => (process.getuid?.() === 0 ? ['--user=root'] : []);

/**
 * Makes sure that `folder` holds a data folder for this server. The server's own initialisation takes a while, and leaves a mess
 * if it is interrupted. So it works in another folder, which is renamed to `folder` when it is complete.
 *
 * @throws if the folder belongs to the other kind of server, or holds something else
 */
export async function prepareDataFolder(wanted: DataFolder): Promise<void> {
  const { folder, flavour } = wanted;
  const found = flavourOf(folder);
  if (found === flavour) return;
  if (found) {
    throw new Error(
      `${folder} was made by ${found}, and ${wanted.program} is ${flavour}: it cannot read it. ` +
        'Use the server that made it, or begin anew with an empty folder (`npm start -- --fresh`).',
    );
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(
      `${folder} is not empty, and is not a data folder of MySQL or MariaDB. Nothing was changed.`,
    );
  }

  if (!wanted.cache) {
    await whole(folder, (partial) => initialise(wanted, partial));
    return;
  }
  const template = join(wanted.cache, `${flavour}-${wanted.version}`);
  if (!flavourOf(template)) await makeTemplate(wanted, template);
  await whole(folder, async (partial) => {
    await cp(template, partial, { recursive: true });
    // MySQL keeps there by which UUID other servers know it, and makes up another one.
    await rm(join(partial, 'auto.cnf'), { force: true });
  });
}

/** Those that this process is making: two servers that begin together need one. */
const templates = new Map<string, Promise<void>>();

function makeTemplate(wanted: DataFolder, template: string): Promise<void> {
  const made =
    templates.get(template) ??
    whole(template, (partial) => initialise(wanted, partial)).finally(() => templates.delete(template));
  templates.set(template, made);
  return made;
}

function flavourOf(folder: string): MysqlVersion['flavour'] | undefined {
  if (existsSync(join(folder, 'mysql.ibd'))) return 'mysql';
  if (existsSync(join(folder, 'mysql', 'global_priv.frm'))) return 'mariadb';
  return undefined;
}

/** Lets `make` fill a folder, which becomes `folder` once it is complete. The remains of interrupted attempts are removed. */
async function whole(folder: string, make: (partial: string) => Promise<unknown>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  // The process id keeps two test runs apart that fill the same cache.
  const partial = `${folder}.partial-${process.pid}`;
  await make(partial);
  try {
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!flavourOf(folder)) throw error; // otherwise another process was quicker
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.partial-`;
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    const maker = Number(name.slice(prefix.length));
    if (maker === process.pid || !isAlive(maker)) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

async function initialise({ program, flavour }: DataFolder, folder: string): Promise<void> {
  const [command, args] =
    flavour === 'mysql'
      ? [program, ['--initialize-insecure', '--innodb-redo-log-capacity=8M']]
      : installDbCommand(program);
  // --no-defaults is only accepted as the first option.
  const all = ['--no-defaults', ...args, `--datadir=${folder}`, ...asRoot()];
  try {
    await run(command, all);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `${command} could not make the data folder ${folder}: ${String(error)}\n${stdout}${stderr}`.trimEnd(),
      { cause: error },
    );
  }
}

/** MariaDB's script belongs to one installation: it is beside the program, unless the system keeps it elsewhere. */
function installDbCommand(program: string): [command: string, args: string[]] {
  const args = [
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--force', // the name of the machine need not be resolvable, because nobody connects by name
    '--innodb-log-file-size=16M',
  ];
  const basedir = dirname(dirname(realpathSync(program)));
  for (const place of ['bin', 'scripts']) {
    for (const name of ['mariadb-install-db', 'mysql_install_db']) {
      const script = join(basedir, place, name);
      if (existsSync(script)) return [script, [`--basedir=${basedir}`, ...args]];
    }
  }
  return ['mariadb-install-db', args];
}
