import { z } from 'zod';
import type { Logger } from './log.ts';
import { repeat } from './repeat.ts';
import type { Repeating } from './repeat.ts';

/** What an access token says of its bearer, as far as revocations go. */
export interface Bearer {
  readonly id: string;
  readonly sessionId: string;
}

/** Access tokens that are void though they have not expired: those of sessions that were ended, and of deleted users. */
export const revokedTokens = z.object({ sessions: z.array(z.uuid()), users: z.array(z.uuid()) });
export type RevokedTokens = z.infer<typeof revokedTokens>;

/** Longer than any access token is good for, clocks that differ included; in ms. */
export const longestTokenMs = 17 * 60_000;

/**
 * Revocations are asked for again for this long, in ms, after they were made: the transaction that makes one may take a while
 * to commit, and clocks differ.
 */
const overlapMs = 2 * 60_000;
const everyMs = 500;
const answerMs = 2_000;

/** Where `users` publishes them: beside its public keys. */
export const revokedTokensPath = '/.well-known/revoked-tokens.json';

/** Finds what was revoked within so many ms. */
export type ReadRevoked = (withinMs: number) => Promise<RevokedTokens>;

/** How long what was read is told to others who ask, in ms. */
const toldForMs = 200;

/**
 * Reads once for all who ask at about the same time, as all processes of all services do twice a second. They may be told of
 * revocations that are longer ago than they have asked for, which they know then.
 */
export function readTogether(read: ReadRevoked): ReadRevoked {
  let last:
    { readonly at: number; readonly withinMs: number; readonly found: Promise<RevokedTokens> } | undefined;
  return (asked) => {
    const now = performance.now();
    if (last === undefined || now - last.at > toldForMs || asked > last.withinMs) {
      const withinMs = Math.max(asked, 2 * overlapMs);
      const found = read(withinMs);
      const one = { at: now, withinMs, found };
      last = one;
      found.catch(() => {
        if (last === one) last = undefined;
      });
    }
    return last.found;
  };
}

/** What verifiers of access tokens know of revocations. */
export interface Revoked {
  /** Whether the bearer's token was revoked. */
  has(bearer: Bearer): boolean;
  /**
   * Calls `then` once, as soon as the bearer's token is revoked; at once when it is already.
   * @returns forgets about it
   */
  whenRevoked(bearer: Bearer, then: () => void): () => void;
}

/** For those who verify tokens of their own making, as tests do. */
export const nothingRevoked: Revoked = { has: () => false, whenRevoked: () => () => undefined };

/**
 * The revocations of the last minutes, looked up every half second. While they cannot be had, those known stay in force, and
 * tokens are good until they expire, as they would be without this: `users`, which alone revokes, being down stops no sale.
 */
export class Revocations implements Revoked {
  /** When each was heard of, by `session:<id>` or `user:<id>`, in ms of a clock that nobody sets. */
  readonly #heardAt = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #read: ReadRevoked;
  readonly #log: Logger;
  readonly #looking: Repeating;
  #lastReadAt = -Infinity;
  #isFailing = false;

  constructor(read: ReadRevoked, log: Logger) {
    this.#read = read;
    this.#log = log;
    this.#looking = repeat('looking for revoked tokens', everyMs, log, () => this.#look());
  }

  has(bearer: Bearer): boolean {
    return namesOf(bearer).some((name) => this.#heardAt.has(name));
  }

  whenRevoked(bearer: Bearer, then: () => void): () => void {
    if (this.has(bearer)) {
      then();
      return () => undefined;
    }
    const once = () => {
      forget();
      then();
    };
    const forget = () => {
      for (const name of namesOf(bearer)) {
        const waiting = this.#waiting.get(name);
        waiting?.delete(once);
        if (waiting?.size === 0) this.#waiting.delete(name);
      }
    };
    for (const name of namesOf(bearer)) {
      this.#waiting.set(name, (this.#waiting.get(name) ?? new Set()).add(once));
    }
    return forget;
  }

  stop(): Promise<void> {
    return this.#looking.stop();
  }

  async #look(): Promise<'done'> {
    const startedAt = performance.now();
    try {
      const withinMs = Math.min(startedAt - this.#lastReadAt + overlapMs, longestTokenMs);
      const { sessions, users } = await this.#read(Math.ceil(withinMs));
      this.#lastReadAt = startedAt;
      this.#forgetExpired(startedAt);
      for (const id of sessions) this.#add(`session:${id}`, startedAt);
      for (const id of users) this.#add(`user:${id}`, startedAt);
      if (this.#isFailing) this.#log.info('revoked tokens are known again');
      this.#isFailing = false;
    } catch (error) {
      // Said once: it lasts as long as `users` is down.
      if (!this.#isFailing) this.#log.warn({ err: error }, 'revoked tokens cannot be looked up');
      this.#isFailing = true;
    }
    return 'done';
  }

  #add(name: string, now: number): void {
    const isNew = !this.#heardAt.has(name);
    this.#heardAt.set(name, now);
    if (isNew) for (const then of [...(this.#waiting.get(name) ?? [])]) then();
  }

  #forgetExpired(now: number): void {
    for (const [name, heardAt] of this.#heardAt) {
      if (heardAt < now - longestTokenMs) this.#heardAt.delete(name);
    }
  }
}

const namesOf = ({ id, sessionId }: Bearer) => [`session:${sessionId}`, `user:${id}`];

/** The revocations that `users` publishes beside the key set at this address. */
export const remoteRevocations = (jwksUrl: string, log: Logger): Revocations => {
  const url = new URL(revokedTokensPath, jwksUrl);
  return new Revocations(async (withinMs) => {
    url.searchParams.set('withinMs', String(withinMs));
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerMs) });
    if (!answer.ok) throw new Error(`${url.href} answered ${answer.status}`);
    return revokedTokens.parse(await answer.json());
  }, log);
};
