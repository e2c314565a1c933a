// `npm run secrets`: writes an .env from .env.example, with made-up values for every secret that docker-compose.yml needs.
// An existing .env is never overwritten; `-- --add` appends missing secrets, for example after an upgrade.
// It may run before anything is installed, so it uses only Node itself.

import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => readFileSync(join(root, file), 'utf8');

/** It begins with a letter, because YAML and the configuration of NATS may take a value that begins with a digit for a number. */
const madeUp = () => `s${randomBytes(24).toString('hex')}`;

/** The names of all variables that compose does not start without. */
const secretNames = () =>
  new Set([...read('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));

/** The text of an .env: the example, with a value for each secret. */
export function environmentFile() {
  const secrets = secretNames();
  return read('.env.example').replaceAll(/^(\w+)=$/gm, (line, name) =>
    secrets.has(name) ? line + madeUp() : line,
  );
}

/** Which secrets the text of an .env has no value for. */
export const lackingIn = (text) =>
  [...secretNames()].filter((name) => !new RegExp(`^${name}=.`, 'm').test(text));

function main() {
  const file = join(root, '.env');
  if (!existsSync(file)) {
    writeFileSync(file, environmentFile(), { mode: 0o600, flag: 'wx' });
    console.log(`${file} is written, with secrets that were made up just now.`);
    return;
  }
  const lacking = lackingIn(readFileSync(file, 'utf8'));
  if (lacking.length === 0) {
    console.log(`${file} is there and complete; nothing is changed.`);
  } else if (process.argv.includes('--add')) {
    appendFileSync(file, '\n' + lacking.map((name) => `${name}=${madeUp()}\n`).join(''));
    console.log(`Added to ${file}: ${lacking.join(', ')}.`);
  } else {
    console.error(`${file} is there, and nothing is changed. It lacks: ${lacking.join(', ')}.`);
    console.error('`npm run secrets -- --add` appends them with made-up values.');
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) main();
