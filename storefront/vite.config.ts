import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/** What opens without a network, and the worker that sees to it. */
const shells = [
  { name: 'shell', html: 'index.html', entry: 'main', page: '/', worker: 'service-worker.js' },
  { name: 'door', html: 'door.html', entry: 'door', page: '/door', worker: 'door-worker.js' },
] as const;

/** Tells the service workers which files open their pages without a network: all but fonts, and what is for others. */
const shell: Plugin = {
  name: 'shell',
  writeBundle({ dir = '' }, bundle) {
    const code = readFileSync(join(dir, 'service-worker.js'), 'utf8');
    if (!code.includes('__SHELL__')) throw new Error('the service worker has no place for the files');
    const all = filesIn(dir).filter((name) => !/(\.woff2|(service|door)-worker\.js)$/.test(name));
    for (const { name, html, entry, page, worker } of shells) {
      const its = new Set([html, ...reachableFrom(entry, bundle)]);
      // What Vite has copied as it was, such as icons, is for everybody.
      const isIts = (file: string) => !(file in bundle) || its.has(file);
      const files = all.filter((file) => isIts(file.replaceAll(sep, '/')));
      const hash = createHash('sha256');
      for (const file of files)
        hash
          .update(file)
          .update('\0')
          .update(readFileSync(join(dir, file)));
      const told = {
        ...{ name, page, version: hash.digest('hex').slice(0, 16) },
        files: files.map((file) => (file === html ? page : `/${file.replaceAll(sep, '/')}`)),
      };
      if (!told.files.includes(page)) throw new Error('the page itself would not be kept');
      writeFileSync(
        join(dir, worker),
        code.replace('__SHELL__', () => JSON.stringify(told)),
      );
    }
  },
};

/** Compresses once, at build time, what the gateway would otherwise compress for each fan. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir = '' }) {
    for (const name of filesIn(dir).filter((each) => /\.(js|css|html|svg|webmanifest)$/.test(each))) {
      const file = join(dir, name);
      const content = readFileSync(file);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      };
      writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

/** As the gateway has it: the console's page answers below /operate, and that of the door at /door. */
const otherPages: Plugin = {
  name: 'other-pages',
  configureServer({ middlewares }) {
    middlewares.use((request, _response, next) => {
      const [, page] = /^\/(operate|door)(\/[^.]*)?(\?.*)?$/.exec(request.url ?? '') ?? [];
      if (page !== undefined) request.url = `/${page}.html`;
      next();
    });
  },
};

type Bundle = Parameters<Extract<Plugin['writeBundle'], (...given: never[]) => unknown>>[1];

/** The chunks that an entry loads, sooner or later, with their stylesheets. */
function reachableFrom(entry: string, bundle: Bundle): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    const chunk = bundle[name];
    if (chunk === undefined || found.has(name)) return;
    found.add(name);
    if (chunk.type !== 'chunk') return;
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  for (const [name, chunk] of Object.entries(bundle))
    if (chunk.type === 'chunk' && chunk.isEntry && chunk.name === entry) visit(name);
  // Workers are made apart, and belong to whoever names them.
  for (const name of Object.keys(bundle)) if (/worker.*\.js$/.test(name)) found.add(name);
  return found;
}

const filesIn = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .sort();

export default defineConfig({
  // The worker is complete before it is compressed.
  plugins: [react(), shell, compressed, otherPages],
  build: {
    target: 'es2022',
    // A data: address would need a wider content security policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        main: 'index.html',
        operate: 'operate.html',
        door: 'door.html',
        'service-worker': 'src/service-worker/service-worker.ts',
      },
      output: {
        // A service worker keeps its address: by it the browser looks for a new one.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  // Its workers are asked for by `?worker`, which only what is not bundled beforehand may do.
  optimizeDeps: { exclude: ['graphiql/setup-workers/vite', '@graphiql/react/setup-workers/vite'] },
  // `npm run dev -w storefront` beside `npm start`.
  server: {
    proxy: { '/graphql': { target: `http://127.0.0.1:${process.env['GATEWAY_PORT'] ?? '4000'}`, ws: true } },
  },
});
