import { isIPv6 } from 'node:net';
import { requestFault } from './faults.ts';

const minute = 60_000;

/**
 * Lets each key make this many requests a minute; a key that was quiet may make them all at once. This is the generic cell rate
 * algorithm (ITU-T I.371): it stores one instant for each key, and nothing for keys that are quiet. It counts in memory, so each
 * replica of the gateway allows as many.
 */
export class RateLimit {
  readonly #intervalMs: number;
  /** When the requests so far would have been due, if they had come evenly spread. */
  readonly #dueAt = new Map<string, number>();
  #sweepAt = 0;

  /** @param perMinute 0 means no limit */
  constructor(perMinute: number) {
    this.#intervalMs = perMinute === 0 ? 0 : minute / perMinute;
  }

  /** @throws RATE_LIMITED, with a Retry-After that says when the next request may succeed */
  take(key: string, now: number): void {
    if (this.#intervalMs === 0) return;
    this.#forgetQuietKeys(now);
    const due = Math.max(this.#dueAt.get(key) ?? now, now) + this.#intervalMs;
    const waitMs = due - (now + minute);
    if (waitMs > 0) {
      throw requestFault('RATE_LIMITED', 'Too many requests. Try again in a moment.', {
        headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
      });
    }
    this.#dueAt.set(key, due);
  }

  #forgetQuietKeys(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + minute;
    for (const [key, due] of this.#dueAt) if (due <= now) this.#dueAt.delete(key);
  }
}

/** An IPv6 subscriber has at least a /64 to send from, so all of it counts as one. */
export function subscriberOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
}
