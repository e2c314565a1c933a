import { tsx } from '@frontrow/stack/services';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Log-ins with wrong passwords, `atATime` at once, each for another account, from `addresses` addresses in turn. */
export interface Flood {
  readonly url: string;
  readonly atATime: number;
  readonly addresses: number;
}

const query = `mutation ($input: LogInInput!) { logIn(input: $input) {
  __typename ... on Session { user { id } } ... on Refusal { code } } }`;

interface LoggedIn {
  data?: { logIn: { __typename: string; code?: string } | null } | null;
  errors?: { extensions?: { code?: string; retryAfterSeconds?: number } }[];
}

/** How a log-in ended (`Session`, or the code of its refusal), how long that took, and when to come back, in s. */
export interface LogInEnd {
  readonly code: string;
  readonly ms: number;
  readonly retryAfterSeconds?: number | undefined;
}

/** Logs in from an address. The gateway takes it for the client's address if it stands behind one proxy. */
export async function logInFrom(
  url: string,
  address: string,
  input: { email: string; password: string },
  agent?: Agent,
): Promise<LogInEnd> {
  const startedAt = performance.now();
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
  const asked = request(url, { method: 'POST', headers, ...(agent !== undefined && { agent }) });
  asked.end(JSON.stringify({ query, variables: { input } }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { data, errors } = JSON.parse(await text(response)) as LoggedIn;
  const { code, retryAfterSeconds } = errors?.[0]?.extensions ?? {};
  const answer = data?.logIn;
  return {
    code: code ?? answer?.code ?? answer?.__typename ?? String(response.statusCode),
    ms: performance.now() - startedAt,
    retryAfterSeconds,
  };
}

const closed = (error: NodeJS.ErrnoException) => ({ code: error.code ?? error.message });

/** A flood in a process of its own, so that the measuring process does not pay for it. */
export class Flooder {
  readonly #process = fork(fileURLToPath(import.meta.url), { execArgv: ['--import', tsx(), '-C', 'source'] });

  start(flood: Flood): void {
    this.#process.send(flood);
  }

  /** @returns how often it got each answer */
  async stop(): Promise<Record<string, number>> {
    this.#process.send('stop');
    const [codes] = (await once(this.#process, 'message')) as [Record<string, number>];
    this.#process.kill();
    return codes;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const codes: Record<string, number> = {};
  let isOver = false;
  process.on('message', (message: 'stop' | Flood) => {
    if (message === 'stop') {
      isOver = true;
      process.send?.(codes);
      return;
    }
    const agent = new Agent({ keepAlive: true });
    let nth = 0;
    for (let i = 0; i < message.atATime; i++) {
      void (async () => {
        while (!isOver) {
          const mine = nth++;
          const from = mine % message.addresses;
          const email = `nobody-${mine}@example.org`;
          const address = `10.1.${from >> 8}.${from & 255}`;
          const wrong = { email, password: 'a wrong guess' };
          // The gateway may close a connection that was idle for long at the very moment when it is used again.
          const { code } = await logInFrom(message.url, address, wrong, agent).catch(closed);
          codes[code] = (codes[code] ?? 0) + 1;
        }
      })();
    }
  });
}
