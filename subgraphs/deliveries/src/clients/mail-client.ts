import { envelope } from '@frontrow/events/contract';
import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { reservationConfirmed, reservationMoved } from '@frontrow/events/contracts/reservations';
import { userLinkRequested } from '@frontrow/events/contracts/users';
import type { DataOf } from '@frontrow/events/contract';
import type { Outcome } from '../domain/delivery.ts';
import { languageOf } from '../mails/formats.ts';
import type { Language } from '../mails/formats.ts';
import { asHtml, asText } from '../mails/letter.ts';
import type { Letter } from '../mails/letter.ts';
import { letterAboutMove, letterAboutRefund, letterAboutTickets, letterWithLink } from '../mails/letters.ts';
import type { Pages } from '../mails/letters.ts';
import type { Recipient } from '../storage/recipients.ts';
import type { MailSender } from './mail-sender.ts';

export interface MailClientOptions extends Pages {
  readonly sender: Pick<MailSender, 'send'>;
  /** The sender of mails. */
  readonly from: string;
  /** The address for a user's mail; 'gone' once the account was deleted, undefined while it is unknown. */
  readonly findRecipient: (userId: string) => Promise<Recipient | 'gone' | undefined>;
  /** The confirmation of a reservation, as long as it is kept. */
  readonly findConfirmation: (
    reservationId: string,
  ) => Promise<DataOf<typeof reservationConfirmed> | undefined>;
}

/** A fan's mailbox, which gets news of tickets, moved shows, refunds and links. */
export class MailClient {
  readonly #options: MailClientOptions;

  constructor(options: MailClientOptions) {
    this.#options = options;
  }

  /**
   * @param event an envelope in JSON
   * @throws when there is no mail about it, which is a bug
   */
  async tell(event: string): Promise<Outcome> {
    const { sender, from, findRecipient } = this.#options;
    const { id, type, data } = envelope.parse(JSON.parse(event));
    const { userId } = data as { userId: string };
    const recipient = await findRecipient(userId);
    if (recipient === 'gone') return { kind: 'REFUSED', error: 'the account was deleted' };
    if (recipient === undefined) return { kind: 'NOT_READY', error: 'the address is not known yet' };
    const language = languageOf(recipient.locale);
    const letter = await this.#letterAbout(type, data, language, new Date());
    if (letter === 'too late') return { kind: 'REFUSED', error: 'the link has expired' };
    const { subject, calendar } = letter;
    return sender.send({
      from,
      to: { name: '', address: recipient.email },
      subject,
      // The same at each attempt, so that mail servers and mailboxes can recognise a second copy.
      messageId: `<${id}@${domainOf(from)}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      text: asText(letter),
      html: asHtml(letter, language),
      attachments:
        calendar === undefined
          ? []
          : [
              {
                filename: 'frontrow.ics',
                content: calendar,
                contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
              },
            ],
    });
  }

  async #letterAbout(
    type: string,
    data: unknown,
    language: Language,
    now: Date,
  ): Promise<Letter | 'too late'> {
    switch (type) {
      case reservationConfirmed.type:
        return letterAboutTickets(reservationConfirmed.data.parse(data), this.#options, language, now);
      case paymentRefunded.type: {
        const refunded = paymentRefunded.data.parse(data);
        const confirmed = await this.#options.findConfirmation(refunded.reservationId);
        return letterAboutRefund(refunded, confirmed, this.#options, language);
      }
      case reservationMoved.type:
        return letterAboutMove(reservationMoved.data.parse(data), this.#options, language, now);
      case userLinkRequested.type: {
        const requested = userLinkRequested.data.parse(data);
        if (new Date(requested.expiresAt) <= now) return 'too late';
        return letterWithLink(requested, this.#options, language);
      }
      default:
        throw new Error(`nobody is sent a mail about ${type}`);
    }
  }
}

/** The domain in `Frontrow <tickets@frontrow.example>`, after the @. */
const domainOf = (from: string) => /@([^>\s]+)/.exec(from)?.[1] ?? 'frontrow';
