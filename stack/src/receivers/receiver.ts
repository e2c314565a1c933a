import { createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { wellBehaved, type Behaviour } from './behaviour.ts';

/** A call that was received, once for each key. */
export interface Taken {
  key: string;
  at: string;
  body: unknown;
}

/** What a receiver has seen since it was started; `taken` includes calls from before. */
export interface Report {
  calls: number;
  /** The number of different keys. */
  taken: number;
  /** Calls whose key had been received before. */
  repeated: number;
  /** Calls with a signature that is wrong, old or missing. */
  forged: number;
  /** Calls that it failed on purpose. */
  failed: number;
}

const signatureHeader = 'frontrow-signature';
/** How old a signature may be, and how far clocks may differ, in ms. */
const signatureAge = 5 * 60_000;

/**
 * A stand-in for an outside system. It accepts each idempotency key once, answers 409 if it has the key already, checks
 * signatures, and keeps what it receives in a file. It follows the documents for receivers, and shares no code with the sender,
 * like real systems.
 */
export class Receiver {
  behaviour: Behaviour = wellBehaved;
  readonly taken: Taken[] = [];
  readonly #keys = new Set<string>();
  readonly #counts = { calls: 0, repeated: 0, forged: 0, failed: 0 };
  readonly #secret: string;
  readonly #file: string;

  constructor(secret: string, file: string) {
    this.#secret = secret;
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) for (const line of readFileSync(file, 'utf8').split('\n')) this.#remember(line);
  }

  get report(): Report {
    return { ...this.#counts, taken: this.taken.length };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#counts.calls++;
    const { delayMs, failShare, failStatus, retryAfter, cutShare, isDown } = this.behaviour;
    if (isDown) {
      request.socket.destroy();
      return;
    }
    const body = await text(request);
    if (!this.#isSigned(request.headers[signatureHeader], body)) {
      this.#counts.forged++;
      answer(response, 401, 'The signature is wrong.');
      return;
    }
    if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
    if (Math.random() < failShare) {
      this.#counts.failed++;
      if (retryAfter !== null) response.setHeader('Retry-After', retryAfter);
      answer(response, failStatus, 'Not today.');
      return;
    }
    const status = this.#take(request.headers['idempotency-key'], body);
    if (Math.random() < cutShare) request.socket.destroy();
    else answer(response, status, status === 200 ? 'ok' : 'No.');
  }

  #take(key: string | string[] | undefined, body: string): number {
    if (typeof key !== 'string' || key === '') return 400;
    if (this.#keys.has(key)) {
      this.#counts.repeated++;
      return 409;
    }
    const taken: Taken = { key, at: new Date().toISOString(), body: JSON.parse(body) };
    // Written before the answer, so that no acknowledged call is lost.
    appendFileSync(this.#file, `${JSON.stringify(taken)}\n`);
    this.#keys.add(key);
    this.taken.push(taken);
    return 200;
  }

  #isSigned(header: string | string[] | undefined, body: string): boolean {
    const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(header)) ?? [];
    if (time === undefined || signature === undefined) return false;
    if (Math.abs(Date.now() - Number(time) * 1_000) > signatureAge) return false;
    const expected = createHmac('sha256', this.#secret).update(`${time}.${body}`).digest();
    return timingSafeEqual(Buffer.from(signature, 'hex'), expected);
  }

  #remember(line: string): void {
    try {
      const taken = JSON.parse(line) as Taken;
      this.#keys.add(taken.key);
      this.taken.push(taken);
    } catch {
      // The empty end, or a line that was being written when the process was killed, and so was not acknowledged.
    }
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}
