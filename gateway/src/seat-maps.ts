import type { FileEncoding } from '@frontrow/kit/files';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler, Router } from 'express';
import { LRUCache } from 'lru-cache';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { clientAddress } from './client-address.ts';
import { requestFault } from './faults.ts';
import type { GatewaySettings } from './settings.ts';

/** The path of the layouts of halls, each of which is `<name>.json`. */
export const seatMapsPath = '/seat-maps';

/**
 * Fetches a layout from its subgraph.
 * @param owner the address of the client that asks, whose turn it must be
 * @throws if no replica answers
 */
export type FetchLayout = (name: string, encoding: FileEncoding, owner: string) => Promise<Buffer | null>;

/** A layout is named by its SHA-256. No subgraph is asked for other names. */
const pattern = /^\/([0-9a-f]{64})\.json$/;
const encodings = ['br', 'gzip', 'identity'] as const;
type Encoding = (typeof encodings)[number];

/**
 * Serves layouts of halls. They never change, so a browser or cache that has one need not ask again. Each is fetched from the
 * subgraph once, compressed already.
 */
export function serveSeatMaps(
  fetchLayout: FetchLayout,
  { SEAT_MAP_MEMORY_BYTES, TRUSTED_PROXIES }: GatewaySettings,
): Router {
  const layouts = new LayoutCache(fetchLayout, SEAT_MAP_MEMORY_BYTES);
  const router = express.Router();
  router.use(readOnly, async (request, response) => {
    const [, name] = pattern.exec(request.path) ?? [];
    if (name === undefined) throw notFound();
    // Clients name gzip first out of habit, so the smallest form that they accept is sent.
    const encoding = encodings.find((each) => request.acceptsEncodings(each) !== false) ?? 'identity';
    const etag = `"${name}-${encoding}"`;
    response.vary('accept-encoding').set({ etag, 'cache-control': forGood });
    if (isKnown(request.get('if-none-match'), name)) {
      response.status(304).end();
      return;
    }
    const layout = await layouts.get(name, encoding, clientAddress(request, TRUSTED_PROXIES));
    if (layout === null) throw notFound();
    if (encoding !== 'identity') response.set('content-encoding', encoding);
    response.type('json').send(layout);
  });
  router.use(uncached);
  return router;
}

const forGood = 'public, max-age=31536000, immutable';

/** A client that has the layout in one encoding has its content. */
const isKnown = (ifNoneMatch: string | undefined, name: string) =>
  ifNoneMatch?.includes(`"${name}-`) === true;

const readOnly: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else
    throw requestFault('BAD_USER_INPUT', 'A seat map can only be read.', {
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
};

const notFound = () => requestFault('BAD_USER_INPUT', 'There is no such seat map.', { status: 404 });

const uncached: ErrorRequestHandler = (error, _request, response, next) => {
  response.removeHeader('etag');
  response.set('cache-control', 'no-store');
  next(error);
};

/**
 * The layouts that were asked for lately, in the forms in which they are sent. A request for one that is being fetched waits for
 * it.
 */
class LayoutCache {
  readonly #fetch: FetchLayout;
  readonly #kept: LRUCache<string, Buffer>;
  readonly #coming = new Map<string, Promise<Buffer | null>>();

  constructor(fetchLayout: FetchLayout, mostBytes: number) {
    this.#fetch = fetchLayout;
    this.#kept = new LRUCache({ maxSize: mostBytes, sizeCalculation: ({ length }) => Math.max(1, length) });
  }

  /** @throws SERVICE_UNAVAILABLE while the layout is not available */
  get(name: string, encoding: Encoding, owner: string): Promise<Buffer | null> | Buffer {
    const key = keyOf(name, encoding);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const coming = this.#coming.get(key) ?? this.#make(name, encoding, owner);
    this.#coming.set(key, coming);
    return coming;
  }

  async #make(name: string, encoding: Encoding, owner: string): Promise<Buffer | null> {
    const key = keyOf(name, encoding);
    try {
      const layout = await this.#have(name, encoding, owner);
      if (layout !== null) this.#kept.set(key, layout);
      return layout;
    } finally {
      this.#coming.delete(key);
    }
  }

  async #have(name: string, encoding: Encoding, owner: string): Promise<Buffer | null> {
    if (encoding === 'identity') {
      const compressed = await this.get(name, 'gzip', owner);
      return compressed === null ? null : promisify(gunzip)(compressed);
    }
    return this.#fetch(name, encoding, owner).catch(() => {
      throw requestFault('SERVICE_UNAVAILABLE', 'This part is not available right now. Try again.');
    });
  }
}

const keyOf = (name: string, encoding: Encoding) => `${encoding} ${name}`;
