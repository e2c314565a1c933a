import { readFileSync } from 'node:fs';
import type { Outcome } from '../domain/delivery.ts';
import { audienceOf } from '../domain/audience.ts';
import { aHistory, told } from '../testing/events.ts';
import { DataPlatformClient } from './data-platform-client.ts';
import type { HttpSender, Message } from './http-sender.ts';
import { jsonSchemas, schemasFolder } from './json-schemas.ts';
import { dataPlatformPayload, slackPayload } from './payloads.ts';
import { SlackClient } from './slack-client.ts';

/** Keeps what it is to send. */
class SenderInHand {
  readonly sent: Message[] = [];

  send(message: Message): Promise<Outcome> {
    this.sent.push(message);
    return Promise.resolve({ kind: 'TAKEN' });
  }
}

const sent = async (Client: typeof DataPlatformClient | typeof SlackClient, event: object): Promise<any> => {
  const sender = new SenderInHand();
  const client = new Client(sender as unknown as HttpSender);
  expect(await client.tell(JSON.stringify(event))).toEqual({ kind: 'TAKEN' });
  const [{ idempotencyKey, body }] = sender.sent as [Message];
  expect(idempotencyKey).toBe((event as { id: string }).id);
  return JSON.parse(body);
};

const history = aHistory();
/** Without the events of which only fans are told, by mail. */
const { registered: _, resetting: _resetting, deleted: _deleted, moved: _moved, ...purchase } = history;

it.each(Object.entries(jsonSchemas))('docs/deliveries/%s is up to date', (name, schema) => {
  // If not: npm run schemas -w @frontrow/deliveries
  expect(JSON.parse(readFileSync(new URL(name, schemasFolder), 'utf8'))).toEqual(schema);
});

it.each(Object.values(purchase).map((event) => [event.type, event] as const))(
  'the data platform is told of %s as its schema says',
  async (type, event) => {
    const envelope = told(event);
    const payload = await sent(DataPlatformClient, envelope);
    expect(audienceOf(type)).toContain('DATA_PLATFORM');
    expect(dataPlatformPayload.parse(payload)).toEqual(payload);
    expect(payload).toMatchObject({
      id: envelope.id,
      time: envelope.time,
      reservationId: envelope.subject,
      data: { userId: (event.data as { userId: string }).userId },
    });
  },
);

it('the data platform is told the whole of a confirmed purchase, and nothing that is added inside', async () => {
  const event = told(history.confirmed);
  const payload = await sent(DataPlatformClient, {
    ...event,
    data: { ...(event.data as object), cardNumber: '4' },
  });
  expect(payload).toMatchObject({
    type: 'purchase.confirmed',
    data: {
      concertTitle: '밤의 정원 & <Friends>',
      total: 308_000,
      seats: [{ label: 'VIP-1-8' }, { label: 'VIP-1-7' }],
    },
  });
  expect(JSON.stringify(payload)).not.toContain('cardNumber');
});

it('Slack is told of a confirmed purchase in words', async () => {
  const payload = await sent(SlackClient, told(history.confirmed));
  expect(slackPayload.parse(payload)).toEqual(payload);
  expect(payload.text.split('\n')).toEqual([
    '*밤의 정원 &amp; &lt;Friends&gt;*, Seoul Night Orchestra, 올림픽홀',
    '2026-12-24 10:00 UTC',
    '2 seats (VIP-1-8, VIP-1-7) for 308,000 points',
    `reservation ${history.confirmed.subject}`,
  ]);
});

it('the longest purchase fits into a message', async () => {
  const text = '<'.repeat(2_000);
  const seats = Array.from({ length: 10 }, () => ({ ...confirmedSeat(), label: text }));
  const data = { ...(history.confirmed.data as object), seats };
  const shown = { concertTitle: text, artist: text, venueName: text, startsAt: '2026-12-24T10:00:00.000Z' };
  const payload = await sent(SlackClient, told({ ...history.confirmed, data: { ...data, shown } }));
  expect(payload.text.length).toBeLessThanOrEqual(8_000);
});

const confirmedSeat = () => (history.confirmed.data as { seats: object[] }).seats[0];

it('a client throws for what its target is not told of, instead of sending nonsense', () => {
  const sender = new SenderInHand() as unknown as HttpSender;
  expect(() => new SlackClient(sender).tell(JSON.stringify(told(history.expired)))).toThrow(
    'Slack is not told',
  );
  const stranger = JSON.stringify({ ...told(history.expired), type: 'seats.sold.v1' });
  expect(() => new DataPlatformClient(sender).tell(stranger)).toThrow('is not told of seats.sold.v1');
});
