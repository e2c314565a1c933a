import type { ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { print } from 'graphql-sse';
import { SubscriptionFailed } from './live-operation.ts';
import type { OpenConnection } from './open-connections.ts';
import type { Results } from './operations.ts';
import type { Fill } from './transport.ts';

/** When a client whose stream broke off comes back: at a random moment between these, in ms. */
const [soonestRetryMs, latestRetryMs] = [500, 3_000];

/** The results of one operation on their way to one client, as Server-Sent Events. */
export class EventStream implements OpenConnection {
  readonly #response: ServerResponse;
  readonly #results: Results;
  readonly #fill: Fill;
  #isStuck = false;
  /** An event is being written piece by piece. */
  #isWriting = false;
  /** Whether the stream was broken off so that the client comes back, which it would not do after `complete`. */
  #isBrokenOff = false;
  #last: string | undefined;
  /** The writers that wait until their data have left. */
  readonly #writing = new Set<() => void>();

  constructor(response: ServerResponse, results: Results, fill: Fill) {
    this.#response = response;
    this.#results = results;
    this.#fill = fill;
  }

  /** Resolves when the stream is over. */
  async run(): Promise<void> {
    const response = this.#response;
    response.on('close', () => {
      this.#stop();
      // If the answer's turn never came, nothing reports that the written data are lost.
      for (const goOn of this.#writing) goOn();
    });
    // `close` follows.
    response.on('error', () => undefined);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // For proxies that would otherwise collect an answer before they pass it on.
      'x-accel-buffering': 'no',
    });
    const retryMs = soonestRetryMs + Math.random() * (latestRetryMs - soonestRetryMs);
    await this.#write(`retry: ${Math.round(retryMs)}\n:\n\n`);
    try {
      for await (const result of this.#results) await this.#next(result);
    } catch (error) {
      if (!(error instanceof SubscriptionFailed)) throw error;
      this.#last = JSON.stringify({ errors: error.errors });
    }
    if (this.#last !== undefined) await this.#next(this.#last);
    if (!this.#isBrokenOff) await this.#write(print({ event: 'complete', data: null }));
    response.end();
  }

  /** Ends the stream from this side, with a last result that says why. */
  stop(last: FormattedExecutionResult): void {
    this.#last = JSON.stringify(last);
    this.#stop();
  }

  goAway(): void {
    this.#isBrokenOff = true;
    this.#stop();
  }

  beat(): void {
    if (this.#isStuck) {
      this.#response.destroy();
      return;
    }
    this.#isStuck = true;
    // Each piece that is sent shows that the client is there.
    if (this.#isWriting) return;
    void this.#write(':\n\n').then(() => (this.#isStuck = false));
  }

  /** A fault after this point is reported by the next result, if somebody still waits for one. */
  #stop(): void {
    this.#results.return(undefined).catch(() => undefined);
  }

  async #next(result: string): Promise<void> {
    const filling = this.#fill(result);
    if (filling === undefined) return this.#write(`event: next\ndata: ${result}\n\n`);
    const filled = await filling.catch(() => undefined);
    if (filled === undefined) {
      this.#response.destroy();
      return;
    }
    this.#isWriting = true;
    try {
      for (const piece of ['event: next\ndata: ', ...filled.pieces, '\n\n']) {
        if (this.#response.destroyed) return;
        await this.#write(piece);
        this.#isStuck = false;
      }
    } finally {
      this.#isWriting = false;
      filled.release();
    }
  }

  /** Resolves when the data have left; `close` reports a client that is gone. */
  #write(text: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        this.#writing.delete(goOn);
        resolve();
      };
      this.#writing.add(goOn);
      this.#response.write(text, goOn);
    });
  }
}
