import type { Viewer } from '@frontrow/kit/viewer';
import type { RequestHandler } from 'express';
import { clientAddress } from './client-address.ts';
import { RateLimit } from './rate-limit.ts';
import type { GatewaySettings } from './settings.ts';

/**
 * Decides what counts for whom, whatever the transport:
 *
 * - A request counts for the address that it comes from, before its body is read and whatever becomes of it. This is each HTTP
 *   request for the API or for the layout of a hall, each attempt to open a WebSocket, and each message over one that begins an
 *   operation. Neither a preflight of a page that may call nor a file of the web client counts.
 * - An operation also counts for its viewer, if somebody is logged in.
 */
export class RequestLimits {
  readonly #addresses: RateLimit;
  readonly #viewers: RateLimit;

  constructor(settings: GatewaySettings) {
    this.#addresses = new RateLimit(settings.REQUESTS_PER_MINUTE_PER_ADDRESS);
    this.#viewers = new RateLimit(settings.REQUESTS_PER_MINUTE_PER_VIEWER);
  }

  /** @throws RATE_LIMITED */
  countRequest(address: string): void {
    this.#addresses.take(address, performance.now());
  }

  /** @throws RATE_LIMITED */
  countOperation(viewer: Viewer | null): void {
    if (viewer !== null) this.#viewers.take(viewer.id, performance.now());
  }
}

/** Counts requests by HTTP. */
export const countRequests =
  (limits: RequestLimits, { TRUSTED_PROXIES }: GatewaySettings): RequestHandler =>
  (request, _response, next) => {
    limits.countRequest(clientAddress(request, TRUSTED_PROXIES));
    next();
  };
