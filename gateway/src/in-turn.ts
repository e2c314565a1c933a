import { Turns } from '@frontrow/kit/turns';
import type { RequestHandler } from 'express';
import { clientAddress } from './client-address.ts';

/** Calls `begin` when it is the address's turn. */
export type TakeTurn = (address: string, begin: () => void) => void;

/**
 * What arrives together begins one after the other, whatever the transport. Addresses take turns, and the process does its other
 * work in between. Beginning an operation takes a ms or two, so without this, hundreds from one address would keep everybody else
 * waiting.
 */
export function takingTurns(): TakeTurn {
  const waiting = new Turns<() => void>();
  const next = () => {
    waiting.next()?.();
    if (waiting.size > 0) setImmediate(next);
  };
  return (address, begin) => {
    waiting.put(address, begin);
    if (waiting.size === 1) setImmediate(next);
  };
}

/** Handles each request by HTTP when it is its turn. */
export const inTurn =
  (takeTurn: TakeTurn, trustedProxies: number): RequestHandler =>
  (request, _response, next) => {
    takeTurn(clientAddress(request, trustedProxies), next);
  };
