import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import type { Outcome } from '../domain/delivery.ts';
import { printable } from './printable.ts';

export interface MailServer {
  /** smtp: or smtps:, with user and password if the server asks for them. */
  readonly url: string;
  /** How long an attempt may take, in ms. */
  readonly attemptMs: number;
  /** How many mails are sent at once, at most; more would wait for each other, and their time would run. */
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

  /** Makes one attempt. It never throws: a fault outside is an outcome. */
  async send(mail: SendMailOptions): Promise<Outcome> {
    try {
      // The signal breaks the connection, so that an attempt which took too long cannot send the mail while the next one runs.
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
      // 5yz about the mail is final (RFC 5321, 4.2.1). A refusal of our log-in (EAUTH) can be repaired, so the mail is tried again.
      const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
      const isForGood = responseCode === undefined || (responseCode >= 500 && responseCode !== 503);
      return { kind: isAboutMail && isForGood ? 'REFUSED' : 'FAILED', error: said };
    }
  }

  /** Also ends attempts in progress. */
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
      maxConnections: atOnce,
      // The dispatcher decides whether a mail is tried again.
      maxRequeues: 0,
      connectionTimeout: Math.ceil(attemptMs * 0.3),
      greetingTimeout: Math.ceil(attemptMs * 0.3),
      socketTimeout: attemptMs,
      // A password is never sent in clear text.
      requireTLS: new URL(url).password !== '',
    },
    // Mails contain text of ours and of others, which must not make the library read a file or an address.
    { disableFileAccess: true, disableUrlAccess: true },
  );
