// Makes a fresh clone ready to run: Node's version, npm packages, a MySQL or MariaDB server, a NATS server; for the tests also a
// browser, Prometheus, kubectl and, if the server is MySQL, MariaDB.
// It runs before anything is installed, so it uses only Node itself. Programs that exist are left alone; if all exist,
// this takes milliseconds. It may be interrupted at any time and started again.

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A set-up that cannot go on. Its message says what the reader should do. */
export class SetUpFailed extends Error {}

/**
 * @param {{ say?: (line: string) => void, forTests?: boolean }} [options] tests also need a browser, and some of them MariaDB, Prometheus and kubectl
 * @throws {SetUpFailed}
 */
export async function setUp({ say = console.log, forTests = false } = {}) {
  checkNode();
  await installPackages(say);
  await installPrograms(say, forTests);
  if (forTests) await installForSomeTests(say);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetUpFailed(
    `Frontrow needs Node 20.19 or later, and this is ${process.versions.node}: https://nodejs.org`,
  );
}

// ── npm packages ────────────────────────────────────────────────────────────────────────────────────────────

async function installPackages(say) {
  if (packagesAreInstalled()) return;
  const registry = spawnSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).stdout;
  say(
    `Installing the packages that package-lock.json names into node_modules/ (npm ci), from ${registry.trim()}, a minute or two:`,
  );
  const failure = 'npm ci failed. Is the npm registry within reach? Start again when it is.';
  await runShown('npm', ['ci', '--loglevel=http'], say, failure); // http: shows that it goes on
}

/** npm notes in node_modules what it installed, as the last thing it does. */
function packagesAreInstalled() {
  const packages = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  const wanted = packages('package-lock.json');
  let installed;
  try {
    installed = packages('node_modules/.package-lock.json');
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true; // the workspace itself
    // Optional packages are for other systems than this one.
    return installed[path] ? installed[path].version === version : optional;
  });
}

// ── servers, and a browser ─────────────────────────────────────────────────────────────────────────────────────────────────

async function installPrograms(say, forTests) {
  for (const variable of ['MYSQLD', 'NATS_SERVER', ...(forTests ? ['CHROMIUM'] : [])]) {
    const named = process.env[variable];
    if (named && !isProgram(named)) {
      throw new SetUpFailed(
        `${variable} is ${named}, which is not a program that can be run. Correct or unset it.`,
      );
    }
  }
  const missing = [
    ...(hasMysql() ? [] : [mysql]),
    ...(hasNats() ? [] : [nats]),
    ...(!forTests || hasChromium() ? [] : [chromium]),
  ];
  if (missing.length === 0) return;
  const asRoot = rootCommand();
  if (!asRoot || !findProgram('apt-get')) {
    throw new SetUpFailed(`This machine has no ${named(missing)}.\n${advice(packagesOf(missing))}`);
  }
  say(announcement(missing, asRoot));
  const [command, ...args] = [...asRoot, '/bin/sh', '-c', aptScript, 'sh', ...packagesOf(missing)];
  await runShown(command, args, say, `apt could not install them.\n${advice(packagesOf(missing))}`);
  if (!hasMysql() || !hasNats() || (forTests && !hasChromium())) {
    throw new SetUpFailed(`apt is done, and something is still missing.\n${advice(packagesOf(missing))}`);
  }
}

const mysql = { product: 'MySQL or MariaDB', packages: ['mariadb-server-core', 'mariadb-client-core'] };
const nats = { product: 'NATS', packages: ['nats-server'] };
const chromium = { product: 'Chromium', packages: ['chromium'] };
/** Only some tests need these, which are skipped where they cannot be had. */
const forSomeTests = [
  {
    product: 'MariaDB',
    packages: mysql.packages,
    programs: ['mariadbd', 'mariadb-install-db', 'my_print_defaults'],
    skipped: 'The simulation',
  },
  {
    product: 'Prometheus',
    packages: ['prometheus'],
    programs: ['prometheus', 'promtool'],
    skipped: 'A test of alerts, and the rehearsal that fires them,',
  },
  {
    product: 'kubectl',
    packages: ['kubernetes-client'],
    programs: ['kubectl'],
    skipped: 'Tests of deploy/kubernetes',
  },
];

async function installForSomeTests(say) {
  const asRoot = rootCommand();
  for (const each of forSomeTests) {
    const missing = each.programs.filter((program) => !findProgram(program));
    if (missing.length === 0) continue;
    const skipped = `${each.skipped} will be skipped, because these programs are missing: ${missing.join(', ')}.`;
    if (!asRoot || !findProgram('apt-get')) {
      say(`${skipped}\n  - ${installation(each.packages)}`);
      continue;
    }
    say(announcement([each], asRoot));
    const [command, ...args] = [...asRoot, '/bin/sh', '-c', aptScript, 'sh', ...each.packages];
    await runShown(command, args, say, 'apt could not install it.').catch((error) => {
      say(`${error.message}\n${skipped}`);
    });
  }
}

const named = (missing) => missing.map(({ product }) => product).join(' and ');
const packagesOf = (missing) => missing.flatMap(({ packages }) => packages);

/** What is about to be installed on the system, and from where. Whoever does not want that has the time to read it and press Ctrl-C. */
export function announcement(missing, asRoot) {
  const how = asRoot.length === 0 ? 'as root' : 'through sudo';
  return [
    `This machine has no ${named(missing)}. Installing on the system ${how}, from the package sources that its apt has:`,
    `  ${packagesOf(missing).join(' ')}`,
    'Nothing of it is run as a system service. (Instead, MYSQLD, NATS_SERVER and CHROMIUM may name programs that are there.)',
  ].join('\n');
}

// policy-rc.d is Debian's way to keep packages from starting their services during installation. An existing one belongs
// to the machine and stays.
const aptScript = `
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ] || grep -q frontrow $policy; then
  trap 'rm -f $policy' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\n# frontrow: while its set-up runs\\nexit 101\\n' >$policy
  chmod 755 $policy
fi
apt-get update || echo 'Not all package lists could be read; trying with those there are.'
dpkg --configure -a
apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
case "$*" in
  *nats-server*) if command -v systemctl >/dev/null; then systemctl disable nats-server || true; fi ;;
  prometheus) if command -v systemctl >/dev/null; then systemctl disable prometheus || true; fi ;;
esac
`;

function hasMysql() {
  if (process.env.MYSQLD) return true;
  const mysqld = findProgram('mariadbd') ?? findProgram('mysqld');
  if (!mysqld) return false;
  const { stdout } = spawnSync(mysqld, ['--no-defaults', '--version'], { encoding: 'utf8' });
  // MariaDB makes its data folder with a script that comes from another package than the server.
  return (
    !/mariadb/i.test(stdout) || Boolean(findProgram('mariadb-install-db') && findProgram('my_print_defaults'))
  );
}

const hasNats = () => Boolean(process.env.NATS_SERVER || findProgram('nats-server'));

const hasChromium = () =>
  Boolean(
    process.env.CHROMIUM ||
    ['chromium', 'chromium-browser', 'google-chrome'].some((name) => findProgram(name)),
  );

/** The same places as src/servers/programs.ts looks, which cannot be imported before the packages are there. */
function findProgram(name) {
  const extra = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...extra].filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What to put before a command so that root runs it; undefined when that would ask for a password. */
function rootCommand() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

/** How these packages come onto a system where nothing is installed unasked. */
function installation(packages, platform = process.platform) {
  const apt = `\`sudo apt-get install ${packages.join(' ')}\`, or your system's packages of the same`;
  if (platform === 'win32') return `run it in WSL (\`wsl --install\`), where it is as on Linux: ${apt}`;
  if (platform !== 'darwin') return apt;
  const brewed = {
    'mariadb-server-core': 'mariadb',
    'nats-server': 'nats-server',
    prometheus: 'prometheus',
    'kubernetes-client': 'kubectl',
  };
  const brew = packages.flatMap((name) => brewed[name] ?? []).join(' ');
  const cask = packages.includes('chromium') ? '`brew install --cask chromium`' : '';
  return [brew && `\`brew install ${brew}\``, cask].filter(Boolean).join(' and ');
}

/** What to do where something is missing that nothing runs without. */
export function advice(packages, platform = process.platform) {
  const ways = [
    installation(packages, platform),
    'set MYSQLD to the path of mysqld (8.4 or later) or mariadbd (10.11 or later), and NATS_SERVER to the path of nats-server (2.9 or later)',
    ...(packages.includes('chromium') ? ['set CHROMIUM to the path of Chromium or Chrome'] : []),
    spawnSync('docker', ['compose', 'version']).status === 0
      ? 'Docker is here: `npm run secrets && docker compose up --build` runs the whole system from images, without any of these'
      : 'with Docker, `npm run secrets && docker compose up --build` runs the whole system from images, without any of these',
  ];
  return ['What you can do:', ...ways.map((way) => `  - ${way}`)].join('\n');
}

// ── showing what goes on ────────────────────────────────────────────────────────────────────────────────────

/** Runs a command, with its latest line and the time on display; all of its output is shown when it fails. */
export async function runShown(command, args, say, failure) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const start = Date.now();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));

  const terminal = process.stdout.isTTY;
  const ticker = setInterval(
    () => {
      const line = `  ${seconds()}  ${output
        .trimEnd()
        .split(/[\r\n]+/)
        .at(-1)}`;
      if (terminal) process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`);
      else say(line);
    },
    terminal ? 250 : 10_000,
  );
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.once('close', resolve);
  });
  clearInterval(ticker);
  if (terminal) process.stdout.write('\r\x1b[K');
  if (code !== 0)
    throw new SetUpFailed(`${output.replaceAll(/^npm http .*\n/gm, '').trimEnd()}\n\n${failure}`);
  say(`  done in ${seconds()}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    await setUp({ forTests: process.argv.includes('--for-tests') });
  } catch (error) {
    console.error(error instanceof SetUpFailed ? error.message : error);
    process.exitCode = 1;
  }
}
