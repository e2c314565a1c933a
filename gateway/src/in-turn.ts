import { Turns } from '@frontrow/kit/turns';
import type { RequestHandler } from 'express';
import { clientAddress } from './client-address.ts';

/**
 * Lets operations that have arrived together begin one after the other, addresses in turn, and lets the process do everything
 * else in between. To begin one takes a ms or two: hundreds that one address sends at once would keep everybody else waiting for
 * all of them.
 */
export function inTurn(trustedProxies: number): RequestHandler {
  const waiting = new Turns<() => void>();
  const begin = () => {
    waiting.next()?.();
    if (waiting.size > 0) setImmediate(begin);
  };
  return (request, _response, next) => {
    waiting.put(clientAddress(request, trustedProxies), next);
    if (waiting.size === 1) setImmediate(begin);
  };
}
