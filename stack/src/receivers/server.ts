import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readBehaviour } from './behaviour.ts';
import { showMails } from './mailbox-page.ts';
import type { Mailbox } from './mailbox.ts';
import { Receiver } from './receiver.ts';

/** The outside systems that Frontrow calls, by their names in addresses. */
export const receiverNames = ['data-platform', 'slack'] as const;
export type ReceiverName = (typeof receiverNames)[number];

export interface ReceiversOptions {
  /** 0 means any free port. */
  port: number;
  /** The secrets of the signatures, by receiver. */
  secrets: Record<ReceiverName, string>;
  /** The folder for what they receive. */
  folder: string;
  /** The mailbox whose mails are to be shown as well. */
  mailbox?: Mailbox;
}

/**
 * A data platform and a Slack webhook to call. Frontrow calls `POST /slack`. For people who want to see what happens:
 *
 *     GET /slack             a report in numbers
 *     GET /slack/taken       all that was received, in order
 *     PUT /slack/behaviour   {"failShare": 0.5}, {"isDown": true}, … or {} to be well-behaved again
 *
 * If there is a mailbox, it shows what that received, too: see `showMails`.
 */
export async function startReceivers({ port, secrets, folder, mailbox }: ReceiversOptions): Promise<Server> {
  const receivers = new Map(
    receiverNames.map((name) => [name as string, new Receiver(secrets[name], join(folder, `${name}.jsonl`))]),
  );
  const server = createServer((request, response) => {
    respond(receivers, mailbox, request, response).catch((error: unknown) => {
      send(response, 400, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function respond(
  receivers: Map<string, Receiver>,
  mailbox: Mailbox | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '' } = request;
  const [, name = '', what = ''] = url.split('/');
  const receiver = receivers.get(name);
  if (mailbox !== undefined && method === 'GET' && name.startsWith('mails')) {
    if (await showMails(mailbox, new URL(url, 'http://localhost'), response)) return;
  }
  if (url === '/readyz') send(response, 200, { ready: true });
  else if (receiver === undefined) send(response, 404, { error: 'Nobody is called so.' });
  else if (method === 'POST' && what === '') await receiver.handle(request, response);
  else if (method === 'GET' && what === '') send(response, 200, receiver.report);
  else if (method === 'GET' && what === 'taken') send(response, 200, receiver.taken);
  else if (method === 'PUT' && what === 'behaviour') {
    receiver.behaviour = readBehaviour(await text(request));
    send(response, 200, receiver.behaviour);
  } else send(response, 404, { error: 'There is no such thing.' });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
