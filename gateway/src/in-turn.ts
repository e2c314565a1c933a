import { Turns } from '@frontrow/kit/turns';
import type { RequestHandler } from 'express';
import { clientAddress } from './client-address.ts';

/**
 * Operations that arrive together begin one after the other. Addresses take turns, and the process does its other work in
 * between. Beginning an operation takes a ms or two, so without this, hundreds from one address would keep everybody else
 * waiting.
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
