/*
 * Opens a page without a network. It keeps the page and its scripts, all of one build. It keeps no answers of the API: a fan's
 * own tickets are kept by the page, which deletes them when the fan logs out. The build makes two service workers of this file,
 * one for the storefront and one for the door, each with its own files.
 */
declare const self: ServiceWorkerGlobalScope;
/** The output of the build; vite.config.ts fills it in. */
declare const __SHELL__: {
  readonly name: 'shell' | 'door';
  /** The address of the page. */
  readonly page: string;
  readonly version: string;
  readonly files: readonly string[];
};

const { name: shell, page, version, files } = __SHELL__;
const shellCache = `frontrow-${shell}-${version}`;
/** The Korean font comes in a hundred pieces, of which those that were needed are kept. Their names change with their content. */
const fontCache = 'frontrow-fonts';
const kept = new Set(files);

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(shellCache).then((cache) => cache.addAll(files)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith(`frontrow-${shell}-`) && name !== shellCache);
      await Promise.all(old.map((name) => caches.delete(name)));
      // The first page was opened before there was a worker. From now on it works without a network, too.
      await self.clients.claim();
    })(),
  );
});

/** The page sends this when its fan wants the new version. Until then an open page keeps the scripts of its own version. */
self.addEventListener('message', ({ data }) => {
  if (data === 'take over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') {
    if (isPage(pathname)) event.respondWith(fromShell(page, request));
  } else if (kept.has(pathname)) event.respondWith(fromShell(pathname, request));
  else if (pathname.startsWith('/assets/') && pathname.endsWith('.woff2')) event.respondWith(font(request));
});

/** Decides as the gateway does: a name with a dot is a file. The API, the operators' console and the door are other pages. */
const isPage = (path: string) =>
  shell === 'door'
    ? /^\/door\/?$/.test(path)
    : path !== '/graphql' &&
      !/^\/(operate|door)(\/|$)/.test(path) &&
      !path.slice(path.lastIndexOf('/')).includes('.');

async function fromShell(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(shellCache);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

async function font(request: Request): Promise<Response> {
  const cache = await caches.open(fontCache);
  const known = await cache.match(request, { ignoreVary: true });
  if (known !== undefined) return known;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

export {};
