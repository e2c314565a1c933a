import { randomUUID } from 'node:crypto';
import type { Logger } from './log.ts';
import { repeat } from './repeat.ts';
import type { Left, Repeating } from './repeat.ts';

/** What an access token says about its bearer, as far as revocations are concerned. */
export interface Bearer {
  readonly id: string;
  readonly sessionId: string;
}

/** Access tokens that are void before they expire: those of ended sessions and of deleted users. */
export interface RevokedTokens {
  readonly sessions: readonly string[];
  readonly users: readonly string[];
}

/** Longer than any access token is valid, including differences between clocks; in ms. */
export const longestTokenMs = 17 * 60_000;

/**
 * How long after it was made, in ms, a revocation is asked for again: the transaction that makes one may take a while
 * to commit, and clocks differ.
 */
const overlapMs = 2 * 60_000;
/** The least time between the beginnings of two looks, in ms. */
const everyMs = 500;

/** Where `users` publishes them: beside its public keys. */
export const revokedTokensPath = '/.well-known/revoked-tokens.json';

/**
 * Finds what was revoked within the last `withinMs`. It may wait while there is nothing new.
 * @param signal aborts when nobody needs the answer any more
 */
export type ReadRevoked = (withinMs: number, signal?: AbortSignal) => Promise<RevokedTokens>;

/** How long an answer is reused for others who ask, in ms. */
const toldForMs = 200;

/**
 * Shares one read among all who ask at about the same time, as all processes of all services do when there is something new. They may
 * get older revocations than they asked for, which they know already.
 */
export function readTogether(read: ReadRevoked): ReadRevoked {
  let last:
    | { readonly at: number; readonly withinMs: number; readonly found: Promise<RevokedTokens> }
    | undefined;
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

/** What a verifier of access tokens knows about revocations. */
export interface Revoked {
  /** Whether the bearer's token was revoked. */
  has(bearer: Bearer): boolean;
  /**
   * Calls `then` once, as soon as the bearer's token is revoked, or at once when it is already.
   * @returns a function that cancels this
   */
  whenRevoked(bearer: Bearer, then: () => void): () => void;
}

/** For tests and others who verify only tokens of their own making. */
export const nothingRevoked: Revoked = { has: () => false, whenRevoked: () => () => undefined };

/**
 * The revocations of the last minutes. They are looked up every half second, or, if the source can wait for new ones, as soon as there are
 * any. While the source cannot be reached, known revocations stay in force, and other
 * tokens are valid until they expire. So a sale goes on while `users`, which alone revokes, is down.
 */
export class Revocations implements Revoked {
  /** When each was first heard of, by `session:<id>` or `user:<id>`, in ms of a monotonic clock. */
  readonly #heardAt = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #read: ReadRevoked;
  readonly #log: Logger;
  readonly #looking: Repeating;
  readonly #listeners: (() => void)[] = [];
  readonly #name = randomUUID();
  #news = 0;
  #lastReadAt = -Infinity;
  #isFailing = false;

  constructor(read: ReadRevoked, log: Logger) {
    this.#read = read;
    this.#log = log;
    this.#looking = repeat('looking for revoked tokens', everyMs, log, (signal) => this.#look(signal));
  }

  /** The version of what is known here: it changes with each new revocation. Undefined before the first successful read. */
  get version(): string | undefined {
    return this.#isFailing || this.#lastReadAt === -Infinity ? undefined : `${this.#name} ${this.#news}`;
  }

  /** Calls `listener` each time that the version changes. */
  onNews(listener: () => void): void {
    this.#listeners.push(listener);
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

  async #look(signal: AbortSignal): Promise<Left> {
    const startedAt = performance.now();
    const before = this.version;
    try {
      const withinMs = Math.min(startedAt - this.#lastReadAt + overlapMs, longestTokenMs);
      const { sessions, users } = await this.#read(Math.ceil(withinMs), signal);
      this.#lastReadAt = startedAt;
      const now = performance.now();
      this.#forgetExpired(now);
      for (const id of sessions) this.#add(`session:${id}`, now);
      for (const id of users) this.#add(`user:${id}`, now);
      if (this.#isFailing) this.#log.info('revoked tokens are known again');
      this.#isFailing = false;
    } catch (error) {
      if (signal.aborted) return 'done';
      // Logged once, because it lasts as long as `users` is down.
      if (!this.#isFailing) this.#log.warn({ err: error }, 'revoked tokens cannot be looked up');
      this.#isFailing = true;
    }
    if (this.version !== before) for (const listener of this.#listeners) listener();
    return Math.max(0, startedAt + everyMs - performance.now());
  }

  #add(name: string, now: number): void {
    const isNew = !this.#heardAt.has(name);
    this.#heardAt.set(name, now);
    if (!isNew) return;
    this.#news += 1;
    for (const then of [...(this.#waiting.get(name) ?? [])]) then();
  }

  #forgetExpired(now: number): void {
    for (const [name, heardAt] of this.#heardAt) {
      if (heardAt < now - longestTokenMs) this.#heardAt.delete(name);
    }
  }
}

const namesOf = ({ id, sessionId }: Bearer) => [`session:${sessionId}`, `user:${id}`];
