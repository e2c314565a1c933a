import { z } from 'zod';
import type { Logger } from './log.ts';
import { revokedTokensPath, Revocations } from './revocations.ts';

/** How long to wait for a sign of life from `users`, in ms. It sends one every second while it has no news. */
const silenceMs = 2_000;
/** After a request without a sign of life, how long no request waits, in ms: something between here and `users` may hold them back. */
const askPlainlyMs = 60_000;

const answer = z.object({
  sessions: z.array(z.uuid()),
  users: z.array(z.uuid()),
  // A `users` of the release before has no version, and answers at once.
  version: z.string().optional(),
});

/** The revocations that `users` publishes beside the key set at this address. A request waits there until there are new ones. */
export function remoteRevocations(jwksUrl: string, log: Logger): Revocations {
  const url = new URL(revokedTokensPath, jwksUrl);
  let known: string | undefined;
  let asksPlainlyUntil = -Infinity;
  return new Revocations(async (withinMs, signal) => {
    url.searchParams.set('withinMs', String(withinMs));
    const waits = known !== undefined && performance.now() >= asksPlainlyUntil;
    if (waits) url.searchParams.set('known', known as string);
    else url.searchParams.delete('known');
    try {
      const { version, ...revoked } = answer.parse(JSON.parse(await textOf(url, signal)));
      known = version;
      return revoked;
    } catch (error) {
      known = undefined;
      if (waits) asksPlainlyUntil = performance.now() + askPlainlyMs;
      throw error;
    }
  }, log);
}

/** @throws when there is no sign of life for a while, however much came before */
async function textOf(url: URL, signal: AbortSignal | undefined): Promise<string> {
  const giveUp = new AbortController();
  const tooLate = setTimeout(() => {
    giveUp.abort(new Error(`no sign of life of ${url.host} in ${silenceMs} ms`));
  }, silenceMs);
  const ended = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  try {
    const { ok, status, body } = await fetch(url, { signal: ended });
    if (!ok || body === null) throw new Error(`${url.href} answered ${status}`);
    const pieces: Uint8Array[] = [];
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
      tooLate.refresh();
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString();
  } finally {
    clearTimeout(tooLate);
  }
}
