import type { Express, Response } from 'express';
import type { Lifecycle } from './lifecycle.ts';
import { longestTokenMs, revokedTokensPath } from './revocations.ts';
import type { ReadRevoked, Revocations } from './revocations.ts';

/** How long a request waits at most, in ms, and how often it gets a sign of life meanwhile. */
const openMs = 30_000;
const signOfLifeMs = 1_000;

export interface PublishedRevocations {
  /** Says when there is something new. */
  readonly known: Revocations;
  readonly read: ReadRevoked;
}

/**
 * Answers `GET /.well-known/revoked-tokens.json?withinMs=…&known=…`. A client that knows the present version, which came with the last answer, is
 * answered as soon as there is another one, or after a while. Meanwhile it gets white space, with which JSON may begin.
 * @returns a function that answers all waiting requests, for a process that wants to end
 */
export function publishRevocations(
  app: Express,
  { known, read }: PublishedRevocations,
  lifecycle: Lifecycle,
): () => void {
  const waiting = new Set<() => void>();
  const answerAll = () => {
    for (const answer of waiting) answer();
  };
  known.onNews(answerAll);

  app.get(revokedTokensPath, async (request, response) => {
    const askedAt = performance.now();
    const { withinMs, known: theirs } = request.query;
    response.type('json');
    if (theirs !== undefined && theirs === known.version && !lifecycle.isClosing) {
      await keepOpen(response, waiting);
      if (response.closed) return;
    }
    // The version is taken before the list is read, so what happens in between is news to the next request.
    const { version } = known;
    const asked = Number(withinMs) >= 0 ? Number(withinMs) : Infinity;
    const within = Math.min(Math.ceil(asked + performance.now() - askedAt), longestTokenMs);
    try {
      response.end(JSON.stringify({ ...(await read(within)), version }));
    } catch (error) {
      if (!response.headersSent) throw error;
      response.destroy();
    }
  });
  return answerAll;
}

async function keepOpen(response: Response, waiting: Set<() => void>): Promise<void> {
  const signOfLife = () => response.write(' ');
  signOfLife();
  const signs = setInterval(signOfLife, signOfLifeMs);
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const alarm = setTimeout(answer, openMs);
  waiting.add(answer);
  response.once('close', answer);
  await answered;
  waiting.delete(answer);
  clearTimeout(alarm);
  clearInterval(signs);
}
