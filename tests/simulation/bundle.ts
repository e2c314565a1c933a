import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** What replaces modules of the services' outside world in the bundle, by what the services' code imports. */
const worldly: readonly { imports: RegExp; module: string }[] = [
  { imports: /^nats$/, module: 'nats.ts' },
  { imports: /^uuid$/, module: 'uuid.ts' },
  { imports: /^(@frontrow\/kit\/trace|\.\/trace\.ts)$/, module: 'trace.ts' },
  { imports: /credentials\/password\.ts$/, module: 'password.ts' },
];

/** A deliberate mistake: a text of a file is replaced by another. */
export interface Mutation {
  /** The path from the project's root. */
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
}

/**
 * Bundles the worker with the services' sources. Modules of the outside world are replaced by those of the simulation.
 * @param mutations mistakes to build in
 * @returns the path of the bundle
 * @throws if a mutation's text is not found exactly once; then the mutation has to be written anew
 */
export async function bundleWorker(name: string, mutations: readonly Mutation[] = []): Promise<string> {
  // Inside the project, because libraries are not bundled, and are looked for from here.
  const outfile = join(root, 'node_modules', '.cache', 'frontrow-simulation', `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    conditions: ['source'],
    logLevel: 'error',
    plugins: [outsideWorld, withMutations(mutations)],
  });
  return outfile;
}

const outsideWorld: Plugin = {
  name: 'outside world',
  setup: (bundle) => {
    bundle.onResolve({ filter: /./ }, ({ path, importer }) => {
      const world = join(import.meta.dirname, 'world');
      const stand = worldly.find(({ imports }) => imports.test(path));
      if (stand !== undefined && dirname(importer) !== world) return { path: join(world, stand.module) };
      const isLibrary = /^[^./]/.test(path) && !path.startsWith('@frontrow/');
      return isLibrary ? { external: true } : undefined;
    });
  },
};

const withMutations = (mutations: readonly Mutation[]): Plugin => ({
  name: 'mutations',
  setup: (bundle) => {
    for (const mutated of new Set(mutations.map(({ file }) => file))) {
      bundle.onLoad({ filter: new RegExp(`/${mutated.replaceAll('.', '\\.')}$`) }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const { file, text, becomes } of mutations) {
          if (file !== mutated) continue;
          if (contents.split(text).length !== 2) throw new Error(`${file} does not have this once: ${text}`);
          contents = contents.replace(text, () => becomes);
        }
        return { contents, loader: 'ts' };
      });
    }
  },
});
