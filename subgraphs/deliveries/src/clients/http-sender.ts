import { Agent, errors, request } from 'undici';
import type { Dispatcher } from 'undici';
import type { Outcome } from '../domain/delivery.ts';
import type { Destination } from '../settings.ts';
import { printable, shownCharacters } from './printable.ts';
import { retryAfterMs } from './retry-after.ts';
import { sign, signatureHeader } from './signature.ts';

/** Each timeout starts at the end of the one before, except `attemptMs`, which starts at the beginning. */
export interface Timeouts {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly answerMs: number;
  readonly attemptMs: number;
}

/** The four timeouts. None of them alone takes all of an attempt's time. */
export const timeoutsWithin = (attemptMs: number): Timeouts => ({
  connectMs: Math.ceil(attemptMs * 0.3),
  firstByteMs: Math.ceil(attemptMs * 0.8),
  answerMs: Math.ceil(attemptMs * 0.4),
  attemptMs,
});

export interface Message {
  readonly idempotencyKey: string;
  /** The body, in JSON. */
  readonly body: string;
}

/** How much of an answer is read at most; then its connection is closed. */
const maxAnswerBytes = 64 * 1024;

/** Statuses which say that a later attempt may succeed: RFC 9110, RFC 6585, RFC 8470. */
const passing = new Set([408, 425, 429]);

/** Sends messages to one address, over connections that no other target shares. */
export class HttpSender {
  readonly #destination: Destination;
  readonly #timeouts: Timeouts;
  readonly #agent: Agent;

  constructor(destination: Destination, timeouts: Timeouts) {
    this.#destination = destination;
    this.#timeouts = timeouts;
    this.#agent = new Agent({ connect: { timeout: timeouts.connectMs } });
  }

  /** Makes one attempt. It never throws: a fault outside is an outcome. */
  async send(message: Message): Promise<Outcome> {
    const attempt = new AbortController();
    const { attemptMs } = this.#timeouts;
    const timer = setTimeout(() => attempt.abort(new TooSlow(`no end within ${attemptMs} ms`)), attemptMs);
    try {
      return await this.#send(message, attempt);
    } catch (error) {
      const reason: unknown = attempt.signal.aborted ? attempt.signal.reason : error;
      return { kind: 'FAILED', error: this.#explain(reason) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Also ends attempts in progress. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #send({ idempotencyKey, body }: Message, attempt: AbortController): Promise<Outcome> {
    const { url, secret } = this.#destination;
    const { firstByteMs, answerMs } = this.#timeouts;
    // Redirects are not followed: the payload goes only where the settings say.
    const answer = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'frontrow-deliveries/1',
        'idempotency-key': idempotencyKey,
        ...(secret !== undefined && { [signatureHeader]: sign(secret, body, new Date()) }),
      },
      body,
      dispatcher: this.#agent,
      headersTimeout: firstByteMs,
      signal: attempt.signal,
    });
    // undici's own bodyTimeout starts again with each byte, so a server that sends one byte at a time could take for ever.
    const timer = setTimeout(
      () => attempt.abort(new TooSlow(`the answer took over ${answerMs} ms`)),
      answerMs,
    );
    try {
      return outcomeOf(answer, await readStart(answer.body));
    } finally {
      clearTimeout(timer);
    }
  }

  #explain(error: unknown): string {
    const { connectMs, firstByteMs } = this.#timeouts;
    if (error instanceof errors.ConnectTimeoutError) return `no connection within ${connectMs} ms`;
    if (error instanceof errors.HeadersTimeoutError) return `no answer within ${firstByteMs} ms`;
    const { code, message } = error as { code?: string; message?: string };
    return printable([code, message].filter(Boolean).join(': ') || String(error));
  }
}

class TooSlow extends Error {}

function outcomeOf({ statusCode, headers }: Dispatcher.ResponseData, text: string): Outcome {
  // 409: the key is known there, so an earlier attempt got through and only its answer was lost.
  if ((statusCode >= 200 && statusCode < 300) || statusCode === 409) return { kind: 'TAKEN' };
  const error = printable(`status ${statusCode} ${text}`);
  if (statusCode >= 400 && statusCode < 500 && !passing.has(statusCode)) return { kind: 'REFUSED', error };
  const waitMs = retryAfterMs(headers['retry-after'], new Date());
  return { kind: 'FAILED', error, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
}

/** The beginning of the body. The rest of a longer one is never read: its connection is closed. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).toString().slice(0, shownCharacters);
}
