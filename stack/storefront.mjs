// Builds the web client if its sources have changed since it was built. Otherwise this takes milliseconds.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runShown } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'storefront');
/** Says what the files in dist/ were made of. A build that was interrupted leaves none. */
const stamp = join(folder, 'dist', '.made-of');

/**
 * @param {{ say?: (line: string) => void }} [options]
 * @throws {import('./setup.mjs').SetUpFailed}
 */
export async function buildStorefront({ say = console.log } = {}) {
  const sources = hashOfSources();
  if (readStamp() === sources) return;
  say('Building the storefront:');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const failure = 'The storefront could not be built.';
  await runShown(process.execPath, [vite, 'build', folder], say, failure);
  writeFileSync(stamp, sources);
}

function readStamp() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

function hashOfSources() {
  const pages = ['index.html', 'operate.html', 'door.html'];
  const names = [...pages, 'vite.config.ts', 'package.json', '../package-lock.json'];
  const below = ['src', 'public'].flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true }).map((path) => join(name, path)),
  );
  const hash = createHash('sha256');
  for (const name of [...names, ...below.sort()]) {
    const path = join(folder, name);
    if (statSync(path).isFile()) hash.update(name).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await buildStorefront();
}
