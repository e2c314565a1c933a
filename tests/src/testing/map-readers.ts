import { tsx } from '@frontrow/stack/services';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';

/** An operation whose answer is long. */
export interface LongRead {
  readonly url: string;
  readonly query: string;
  readonly variables: object;
  /** What the client accepts: identity, gzip, br. */
  readonly encoding: string;
}

/** One answer: the size of what came over the wire, and how long it took. */
export interface OneRead {
  readonly bytes: number;
  readonly ms: number;
}

/** Asks, and waits for the beginning of the answer. */
export async function beginToRead({ url, query, variables, encoding }: LongRead): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json', 'accept-encoding': encoding };
  const asked = request(url, { method: 'POST', headers, agent: false });
  asked.end(JSON.stringify({ query, variables }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

/** Reads an answer without looking at it. @throws when it is not a whole one */
export async function readLong(read: LongRead): Promise<OneRead> {
  const startedAt = performance.now();
  const response = await beginToRead(read);
  let bytes = 0;
  response.on('data', (piece: Buffer) => (bytes += piece.length));
  await once(response, 'end');
  if (bytes < 100_000) throw new Error(`an answer of ${bytes} bytes, status ${response.statusCode}`);
  return { bytes, ms: performance.now() - startedAt };
}

/** Clients that read the same all the time, in a process of their own: what they spend is not spent by who measures. */
export class Readers {
  readonly #process = fork(fileURLToPath(import.meta.url), { execArgv: ['--import', tsx(), '-C', 'source'] });

  get pid(): number {
    return this.#process.pid as number;
  }

  start(count: number, read: LongRead): void {
    this.#process.send({ count, read });
  }

  /** Ends them. @returns all that they have read */
  async stop(): Promise<OneRead[]> {
    this.#process.send('stop');
    const [reads] = (await once(this.#process, 'message')) as [OneRead[]];
    this.#process.kill();
    return reads;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const reads: OneRead[] = [];
  let isOver = false;
  let reading: Promise<void>[] = [];
  process.on('message', async (message: 'stop' | { count: number; read: LongRead }) => {
    if (message === 'stop') {
      isOver = true;
      await Promise.all(reading);
      process.send?.(reads);
      return;
    }
    reading = Array.from({ length: message.count }, async () => {
      while (!isOver) reads.push(await readLong(message.read));
    });
  });
}
