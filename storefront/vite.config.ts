import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/** Tells the service worker which files open the storefront without a network: all but fonts. */
const shell: Plugin = {
  name: 'shell',
  writeBundle({ dir = '' }) {
    const files = filesIn(dir).filter((name) => !/(\.woff2|service-worker\.js)$/.test(name));
    const hash = createHash('sha256');
    for (const name of files)
      hash
        .update(name)
        .update('\0')
        .update(readFileSync(join(dir, name)));
    const told = {
      version: hash.digest('hex').slice(0, 16),
      files: files.map((name) => (name === 'index.html' ? '/' : `/${name.replaceAll(sep, '/')}`)),
    };
    const worker = join(dir, 'service-worker.js');
    const code = readFileSync(worker, 'utf8');
    if (!code.includes('__SHELL__')) throw new Error('the service worker has no place for the files');
    writeFileSync(
      worker,
      code.replace('__SHELL__', () => JSON.stringify(told)),
    );
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

const filesIn = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .sort();

export default defineConfig({
  // The worker is complete before it is compressed.
  plugins: [react(), shell, compressed],
  build: {
    target: 'es2022',
    // A data: address would need a wider content security policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: 'index.html', 'service-worker': 'src/service-worker/service-worker.ts' },
      output: {
        // A service worker keeps its address: by it the browser looks for a new one.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  // `npm run dev -w storefront` beside `npm start`.
  server: {
    proxy: { '/graphql': { target: `http://127.0.0.1:${process.env['GATEWAY_PORT'] ?? '4000'}`, ws: true } },
  },
});
