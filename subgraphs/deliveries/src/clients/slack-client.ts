import { envelope } from '@frontrow/events/contract';
import type { DataOf } from '@frontrow/events/contract';
import { reservationConfirmed } from '@frontrow/events/contracts/reservations';
import type { Outcome } from '../domain/delivery.ts';
import type { HttpSender } from './http-sender.ts';
import { slackPayload } from './payloads.ts';

/** A Slack channel, which gets news of each confirmed purchase. */
export class SlackClient {
  readonly #sender: HttpSender;

  constructor(sender: HttpSender) {
    this.#sender = sender;
  }

  /**
   * @param event an envelope in JSON
   * @throws when there is no message for it, which is a bug
   */
  tell(event: string): Promise<Outcome> {
    const { id, type, data } = envelope.parse(JSON.parse(event));
    if (type !== reservationConfirmed.type) throw new Error(`Slack is not told of ${type}`);
    const payload = slackPayload.parse({ text: messageAbout(reservationConfirmed.data.parse(data)) });
    return this.#sender.send({ idempotencyKey: id, body: JSON.stringify(payload) });
  }
}

function messageAbout({ shown, seats, total, reservationId }: DataOf<typeof reservationConfirmed>): string {
  const labels = seats.map(({ label }) => short(label, 40)).join(', ');
  return [
    `*${short(shown.concertTitle, 200)}*, ${short(shown.artist, 200)}, ${short(shown.venueName, 200)}`,
    `${shown.startsAt.slice(0, 16).replace('T', ' ')} UTC`,
    `${seats.length} seat${seats.length === 1 ? '' : 's'} (${labels}) for ${total.toLocaleString('en')} points`,
    `reservation ${reservationId}`,
  ].join('\n');
}

/** Source: https://api.slack.com/reference/surfaces/formatting#escaping */
const short = (text: string, characters: number) =>
  (text.length > characters ? `${text.slice(0, characters - 1)}…` : text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
