import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

/** A mail as it was received; `raw` is what came over the wire. */
interface Taken {
  readonly at: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** A mail as it is shown. */
export interface Mail {
  /** From 1, in the order in which the mails came. */
  readonly number: number;
  readonly at: string;
  readonly from: string;
  /** The addresses of its envelope. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly content: string;
  }[];
}

/** How many mails are kept in memory, and how many are shown at once. Both are more than anybody reads. */
const mostKept = 1_000;
const mostShown = 100;
const maxBytes = 1_000_000;

/**
 * Addresses that cannot be reached, to see what happens then: `refused@…` does not exist, and `later@…` does not work for now.
 */
const unreachable: Readonly<Record<string, number>> = { refused: 550, later: 451 };

/**
 * A mail server that accepts all mail and forwards none, and the mails that it received. A mail is parsed when somebody reads it.
 */
export class Mailbox {
  #server: SMTPServer | undefined;
  readonly #file: string;
  readonly #mails: (Taken & { readonly number: number })[] = [];
  #count = 0;
  /** The port on which it listens, or did. */
  port = 0;
  /** How long it thinks about each mail before it answers, in ms. */
  delayMs = 0;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) for (const line of readFileSync(file, 'utf8').split('\n')) this.#remember(line);
  }

  /** @param port 0 means any free port */
  listen(port: number): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      size: maxBytes,
      onRcptTo: ({ address }: SMTPServerAddress, _session, callback) => {
        const responseCode = unreachable[address.split('@')[0] ?? ''];
        if (responseCode === undefined) callback();
        else callback(Object.assign(new Error('Nobody is here.'), { responseCode }));
      },
      onData: (stream, session, callback) => {
        this.#take(stream, session).then(() => callback(), callback);
      },
    });
    this.#server = server;
    return new Promise((resolve, reject) => {
      // Once it listens, errors are those of clients that went away, which do not matter here.
      server.on('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const address = server.server.address();
        this.port = typeof address === 'object' && address !== null ? address.port : port;
        resolve();
      });
    });
  }

  /** Stops as if the machine had gone; `listen` brings it back. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(resolve);
    });
  }

  /** The newest 100 mails, the last one first; if an address is given, only mails to it. */
  mails(to?: string): Promise<Mail[]> {
    const wanted = this.#mails.filter((mail) => to === undefined || mail.to.includes(to.toLowerCase()));
    return Promise.all(wanted.slice(-mostShown).map(parsed).reverse());
  }

  async mail(number: number): Promise<Mail | undefined> {
    const found = this.#mails.find((mail) => mail.number === number);
    return found && parsed(found);
  }

  async #take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const raw = await buffer(stream);
    if (this.delayMs > 0) await pause(this.delayMs);
    if (stream.sizeExceeded) throw Object.assign(new Error('Too large.'), { responseCode: 552 });
    const to = envelope.rcptTo.map(({ address }) => address.toLowerCase());
    const line = JSON.stringify({ at: new Date().toISOString(), to, raw: raw.toString('base64') });
    // Written before the answer, so that no acknowledged mail is lost.
    appendFileSync(this.#file, `${line}\n`);
    this.#remember(line);
  }

  #remember(line: string): void {
    try {
      this.#mails.push({ ...(JSON.parse(line) as Taken), number: ++this.#count });
      if (this.#mails.length > mostKept) this.#mails.shift();
    } catch {
      // The empty end, or a line that was being written when the process was killed, and so was not acknowledged.
    }
  }
}

async function parsed({ number, at, to, raw }: Taken & { number: number }): Promise<Mail> {
  const mail = await simpleParser(Buffer.from(raw, 'base64'), { skipImageLinks: true, skipTextToHtml: true });
  return {
    ...{ number, at, to },
    from: mail.from?.text ?? '',
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? '',
    text: mail.text ?? '',
    html: mail.html === false || mail.html === undefined ? '' : mail.html,
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({
      filename: filename ?? '',
      contentType,
      content: content.toString('utf8'),
    })),
  };
}
