import { consumerDeadLettered } from './contracts/delivery.ts';
import { deadLetterReplayRequested, everySaga, sagaReplayRequested } from './contracts/sagas.ts';
import { userRegistered } from './contracts/users.ts';
import { consumerName } from './broker.ts';
import { handler } from './handler.ts';
import type { Handler } from './handler.ts';
import type { NewEvent } from './contract.ts';
import type { Relay } from './relay.ts';
import { replayDeadLetters } from './replay-dead-letters.ts';
import { replayEvents } from './replay-events.ts';
import { deliver, emittedOf, published } from './testing.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { inStream, leaveEffect, namesOf, registered, startReplica, unpublished } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let producer: TestReplica;
let consumer: TestReplica;
let relay: Relay;
beforeEach(async () => {
  nats = await startOwnBroker();
  producer = await startReplica({ natsUrl: nats.url, service: 'producer' });
  consumer = await startReplica({ natsUrl: nats.url, service: 'consumer' });
  relay = producer.startRelay();
});
afterEach(async () => {
  await producer.stop();
  await consumer.stop();
  await nats.end();
});

const allPublished = () => eventually(async () => expect(await unpublished(producer)).toBe(0));
const heard = async () => {
  const events = await inStream(producer.broker);
  return namesOf(events.filter(({ type }) => type === userRegistered.type));
};
const since = new Date(0).toISOString();

describe('a replay of events', () => {
  it('tells those of one saga again, and brings a consumer what never reached it', async () => {
    producer.startConsumer(replayEvents);
    consumer.startConsumer(leaveEffect);
    await producer.emit(registered('other'));
    await eventually(async () => expect(await consumer.effects()).toEqual(['other']));
    const lost = published(registered('lost'));
    await producer.database.query(
      `INSERT INTO outbox (id, type, subject, envelope, created_at, published_at)
       VALUES (?, ?, ?, ?, NOW(3), NOW(3))`,
      [lost.id, lost.type, lost.subject, JSON.stringify(lost)],
    );
    await producer.emit(sagaReplayRequested.about(lost.subject, { sagaId: lost.subject, since }));
    await eventually(async () => expect(await consumer.effects()).toEqual(['other', 'lost']));
    await allPublished();
    expect(await heard()).toEqual(['other', 'lost']);
  });

  // All within the two minutes in which the stream drops what has the same id.
  it('has no effect where the events were handled, however often it is asked for', async () => {
    producer.startConsumer(replayEvents);
    const running = consumer.startConsumer(leaveEffect);
    const event = registered('handled');
    await producer.emit(event);
    await eventually(async () => expect(await consumer.effects()).toHaveLength(1));
    for (let copies = 2; copies <= 4; copies++) {
      await producer.emit(sagaReplayRequested.about(event.subject, { sagaId: event.subject, since }));
      await eventually(async () => expect(await heard()).toHaveLength(copies));
    }
    await running.stop();
    expect(await consumer.effects()).toEqual(['handled']);
  });

  it('gets an event through that had been published without being marked so', async () => {
    const event = registered('unmarked');
    const request = sagaReplayRequested.about(event.subject, { sagaId: event.subject, since });
    await producer.emit(event);
    await allPublished();
    await relay.stop();
    for (let copies = 2; copies <= 3; copies++) {
      // As it is when the acknowledgement was lost.
      await producer.database.query('UPDATE outbox SET published_at = NULL');
      await deliver(producer.outbox, [replayEvents], published(request));
      relay = producer.startRelay();
      // The event itself is one that the stream has, and dropped as a copy; what is told again comes in a turn of its own.
      await eventually(async () => expect(await heard()).toHaveLength(copies));
      await relay.stop();
    }
  });

  it('of everything tells everything again, as far back as asked', async () => {
    producer.startConsumer(replayEvents);
    await producer.emit(registered('old'));
    await allPublished();
    await producer.database.query(`UPDATE outbox SET created_at = '2026-01-01'`);
    await producer.emit(registered('first'), registered('second'));
    await allPublished();
    const asked = { sagaId: everySaga, since: '2026-01-02T00:00:00.000Z' };
    await producer.emit(sagaReplayRequested.about(everySaga, asked));
    await eventually(async () =>
      expect((await heard()).toSorted()).toEqual(['first', 'first', 'old', 'second', 'second']),
    );
  });
});

describe('a replay of a dead letter', () => {
  let isBroken: boolean;
  const fragile: Handler = handler(userRegistered, async (tx, event) => {
    await leaveEffect.handle(tx, [event]);
    tx.emit(registered('a consequence'));
    if (isBroken) throw new Error('broken');
  });
  const deadLetter = async () => {
    const [letter] = await consumer.database.query<
      { id: string; event_id: string; replayed_at: Date | null }[]
    >('SELECT id, event_id, replayed_at FROM dead_letters');
    return letter;
  };
  const reports = () => emittedOf(consumer.outbox, consumerDeadLettered);
  const consequences = async () => (await emittedOf(consumer.outbox, userRegistered)).length;
  const ask = async (): Promise<NewEvent> => {
    const { id: deadLetterId, event_id: eventId } = (await deadLetter())!;
    const name = consumerName('consumer', userRegistered.type);
    return deadLetterReplayRequested.about(deadLetterId, { deadLetterId, consumer: name, eventId });
  };

  beforeEach(async () => {
    isBroken = true;
    consumer.startConsumer(fragile);
    consumer.startConsumer(replayDeadLetters('consumer', [fragile]));
    // Somebody else who has a handler of that type is not meant.
    producer.startConsumer(replayDeadLetters('producer', [leaveEffect]));
    await producer.emit(registered('poison'));
    await eventually(async () => expect(await reports()).toHaveLength(1));
  });

  it('goes to the very consumer after its repair, and has its effect once', async () => {
    isBroken = false;
    const request = await ask();
    await producer.emit(request, request);
    await eventually(async () => expect((await deadLetter())?.replayed_at).toBeInstanceOf(Date));
    await producer.emit(request);
    await eventually(async () =>
      expect(
        await consumer.database.query(`SELECT 1 FROM inbox WHERE consumer LIKE '%dead-letter%'`),
      ).toHaveLength(3),
    );
    expect(await consumer.effects()).toEqual(['poison']);
    expect(await producer.effects()).toEqual([]);
    expect(await consequences()).toBe(1);
    expect(await reports()).toHaveLength(1);
  });

  it('leaves nothing behind when it fails again, and says so', async () => {
    await producer.emit(await ask());
    await eventually(async () => expect(await reports()).toHaveLength(2));
    const [first, second] = await reports();
    expect(second).toMatchObject({ deadLetterId: first?.deadLetterId, attempts: 6, event: first?.event });
    expect(await consumer.effects()).toEqual([]);
    expect(await consequences()).toBe(0);
    isBroken = false;
    await producer.emit(await ask());
    await eventually(async () => expect(await consumer.effects()).toEqual(['poison']));
    expect(await consequences()).toBe(1);
  });

  it('does nothing about an event that was handled meanwhile', async () => {
    isBroken = false;
    const { event_id: eventId } = (await deadLetter())!;
    await consumer.database.query('INSERT INTO inbox VALUES (?, ?, NOW(3))', [
      consumerName('consumer', userRegistered.type),
      eventId,
    ]);
    await producer.emit(await ask());
    await eventually(async () => expect((await deadLetter())?.replayed_at).toBeInstanceOf(Date));
    expect(await consumer.effects()).toEqual([]);
  });
});
