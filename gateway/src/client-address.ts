import type { IncomingMessage } from 'node:http';
import { subscriberOf } from './rate-limit.ts';

/**
 * The address for which limits count a request, also one that becomes a WebSocket.
 * @param trustedProxies how many proxies in front of the gateway append to X-Forwarded-For
 */
export function clientAddress({ headers, socket }: IncomingMessage, trustedProxies: number): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().flatMap((list) => list.split(','));
  const nearestFirst = [socket.remoteAddress ?? '', ...forwarded.map((each) => each.trim()).toReversed()];
  return subscriberOf(withoutPort(nearestFirst[Math.min(trustedProxies, nearestFirst.length - 1)] ?? ''));
}

/** Some proxies append the port too, which is another one for each connection. */
const withoutPort = (address: string): string =>
  /^(?:(\d+(?:\.\d+){3}):\d+|\[(.*)\](?::\d+)?)$/.exec(address)?.slice(1).join('') ?? address;
