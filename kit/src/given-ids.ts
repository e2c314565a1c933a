import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isId, madeAt, newId } from './ids.ts';

/** How long the news of an id may still arrive, in ms: outboxes keep what they published for this long. */
const newsIsKeptMs = 24 * 60 * 60 * 1_000;

/**
 * Ids that one service gives out, and about which others may be asked before its event reaches them. They are UUIDv7 (RFC 9562) whose last
 * 32 bits are a keyed check of the others. So every service can tell at once, and without asking, whether an id was
 * given out; of 4 billion invented ones, one passes. The remaining 42 random bits keep ids of one millisecond apart.
 */
export class GivenIds {
  readonly #key: KeyObject;

  /** @param secret known to all services and to nobody else: `GATEWAY_SECRET` */
  constructor(secret: string) {
    this.#key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'frontrow/given-ids', 32)));
  }

  next(): string {
    const bytes = bytesOf(newId());
    this.#check(bytes).copy(bytes, checkAt);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  /** Whether a service gave this id out. False also for ids from before there was a check. */
  isGiven(id: string): boolean {
    if (!isId(id)) return false;
    const bytes = bytesOf(id);
    return timingSafeEqual(bytes.subarray(checkAt), this.#check(bytes));
  }

  /**
   * Whether the news of an id that this service does not know may still arrive. False for an invented id, and for one
   * that was given out so long ago that its news is lost.
   */
  mayStillCome(id: string, now: Date): boolean {
    return this.isGiven(id) && now.getTime() - madeAt(id) <= newsIsKeptMs;
  }

  #check(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(bytes.subarray(0, checkAt)).digest().subarray(0, 4);
  }
}

/** Where the check begins among the 16 bytes. */
const checkAt = 12;
const bytesOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
