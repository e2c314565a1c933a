import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import type { Outcome } from '../domain/delivery.ts';
import { printable } from './printable.ts';

export interface MailServer {
  /** smtp: or smtps:, with user and password where the server wants them. */
  readonly url: string;
  /** How long an attempt may take, in ms. */
  readonly attemptMs: number;
  /** How many mails are sent at once. */
  readonly atOnce: number;
}

/** Hands mails to one mail server, over a few connections that stay open. */
export class MailSender {
  readonly #transport: ReturnType<typeof transportTo>;
  readonly #attemptMs: number;

  constructor(server: MailServer) {
    this.#transport = transportTo(server);
    this.#attemptMs = server.attemptMs;
  }

  /** One attempt. It never throws: what goes wrong outside is an outcome. */
  async send(mail: SendMailOptions): Promise<Outcome> {
    try {
      // The signal breaks the connection: what took too long is not sent behind our back while it is tried again.
      await this.#transport.sendMail({ ...mail, signal: AbortSignal.timeout(this.#attemptMs) });
      return { kind: 'TAKEN' };
    } catch (error) {
      const { code, responseCode, message } = error as {
        code?: string;
        responseCode?: number;
        message?: string;
      };
      if (code === 'EABORT') return { kind: 'FAILED', error: `no end within ${String(this.#attemptMs)} ms` };
      const said = printable([code, message].filter(Boolean).join(': ') || String(error));
      // 5yz refuses this mail for good, where it is about the mail: RFC 5321, 4.2.1. Whoever refuses us (EAUTH) may be mended.
      const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
      const isForGood = responseCode === undefined || (responseCode >= 500 && responseCode !== 503);
      return { kind: isAboutMail && isForGood ? 'REFUSED' : 'FAILED', error: said };
    }
  }

  /** Ends what is under way too. */
  close(): Promise<void> {
    this.#transport.transporter.close?.({ force: true });
    return Promise.resolve();
  }
}

const transportTo = ({ url, attemptMs, atOnce }: MailServer) =>
  createTransport(
    {
      url,
      pool: true,
      maxConnections: Math.min(atOnce, 5),
      // Whether a mail is tried again is the dispatcher's business.
      maxRequeues: 0,
      connectionTimeout: Math.ceil(attemptMs * 0.3),
      greetingTimeout: Math.ceil(attemptMs * 0.3),
      socketTimeout: attemptMs,
      // A password is not said in the clear.
      requireTLS: new URL(url).password !== '',
    },
    // What a mail says is text of ours and of others: nothing in it may name a file or an address to be read.
    { disableFileAccess: true, disableUrlAccess: true },
  );
