import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { cutOff } from '../testing/cut-connections.ts';
import type { HttpInput, Input, WebSocketInput } from './inputs.ts';

/** What came back. */
export interface Answer {
  /** Where it ended: "200", "WebSocket 4400", "open". */
  readonly outcome: string;
  /** The codes of faults and of refusals, each once. */
  readonly codes: readonly string[];
}

/** Longer than the gateway gives any operation. */
const patienceMs = 60_000;
/** Subscriptions do not end by themselves, so they are cut off after this time, in ms. */
const followedMs = 250;

export async function send(url: string, input: Input, token: string | undefined): Promise<Answer> {
  if ('frames' in input) return sendFrames(url, input, token);
  if (!('stage' in input)) return sendRequest(url, input, token);
  const outcome = await cutOff(url, input.stage, input.isReset).then(
    () => 'cut off',
    () => 'no answer',
  );
  return { outcome, codes: [] };
}

async function sendRequest(url: string, input: HttpInput, token: string | undefined): Promise<Answer> {
  const over = new AbortController();
  const patience = setTimeout(() => over.abort(), patienceMs);
  let isSlow = true;
  let status = 'no answer';
  let text = '';
  try {
    const response = await fetch(url + input.search, {
      method: input.method,
      headers: { ...input.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(input.body !== undefined && {
        body: typeof input.body === 'string' ? input.body : new Uint8Array(input.body),
      }),
      signal: over.signal,
    });
    status = String(response.status);
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      isSlow = false;
      setTimeout(() => over.abort(), followedMs);
    }
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? [])
      text += decoder.decode(chunk as Uint8Array, { stream: true });
  } catch {
    // A body that is too large may be cut off while it is sent, and a stream is cut off by this client.
    if (over.signal.aborted && isSlow) status = 'too late';
  } finally {
    clearTimeout(patience);
  }
  return { outcome: status, codes: codesIn(text) };
}

async function sendFrames(url: string, input: WebSocketInput, token: string | undefined): Promise<Answer> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  let text = '';
  let isAnswered: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (isAnswered = resolve));
  socket.on('message', (data: Buffer) => {
    const message = data.toString();
    text += message;
    if (/"type":"(next|error|complete)"/.test(message)) isAnswered();
  });
  let outcome = 'WebSocket open';
  const closed = new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', (code) => {
      outcome = `WebSocket ${code}`;
      resolve();
    });
  });
  await Promise.race([once(socket, 'open').catch(() => undefined), closed, pause(patienceMs)]);
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  if (!isOpen()) return { outcome: 'WebSocket refused', codes: [] };
  if (input.isGreeted) {
    const payload = token === undefined ? {} : { authorization: `Bearer ${token}` };
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    await Promise.race([once(socket, 'message').catch(() => undefined), closed, pause(patienceMs)]);
  }
  for (const frame of input.frames) if (isOpen()) socket.send(frame);
  await Promise.race([answered, closed, pause(followedMs)]);
  const answer = { outcome, codes: codesIn(text) };
  socket.terminate();
  return answer;
}

const codesIn = (text: string) => [
  ...new Set([...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code as string)),
];
