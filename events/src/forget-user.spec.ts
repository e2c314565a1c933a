import { freshDatabase } from '@frontrow/kit/testing/database';
import type { TestDatabase } from '@frontrow/kit/testing/database';
import { newId } from '@frontrow/kit/ids';
import { consumerDeadLettered } from './contracts/delivery.ts';
import { deadLetterReplayRequested } from './contracts/sagas.ts';
import { userDeleted, userRegistered } from './contracts/users.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { handlersOf } from './delivery.ts';
import { forgetUsers } from './forget-user.ts';
import { Outbox } from './outbox.ts';
import { eventMigrations } from './tables.ts';
import { deliver, emitted, published } from './testing.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await freshDatabase({ entities: [], migrations: eventMigrations });
});
afterAll(() => own.drop());

it('events about a deleted user, dead letters and the news of them say nothing of the person any more', async () => {
  const outbox = new Outbox(own.database, 'test');
  const [leaving, staying] = [newId(), newId()];
  const names = { [leaving]: 'Leaving Person', [staying]: 'Staying Person' };
  for (const [userId, name] of Object.entries(names)) {
    const event = userRegistered.about(userId, { userId, name });
    await outbox.transaction((tx) => {
      tx.emit(event);
      return Promise.resolve();
    });
    const { type: eventType } = event;
    const failed = { message: published(event), eventType, error: new Error('hopeless'), attempts: 5 };
    await keepDeadLetter(outbox, { consumer: 'test-on-user-registered-v1', ...failed });
  }
  await deliver(outbox, [forgetUsers], published(deletionOf(leaving)));
  const everything = JSON.stringify([
    await emitted(outbox),
    await own.database.query('SELECT * FROM dead_letters'),
  ]);
  expect(everything).not.toContain('Leaving Person');
  expect(everything.match(/Staying Person/g)).toHaveLength(3);
  // What is published again still fits its contract.
  for (const { type, data } of await emitted(outbox)) {
    if (type === userRegistered.type) expect(() => userRegistered.data.parse(data)).not.toThrow();
  }
});

it('a report of a dead letter that could not be read says nothing of the person any more', async () => {
  const outbox = new Outbox(own.database, 'test');
  const userId = newId();
  const report = consumerDeadLettered.about(userId, {
    ...{ deadLetterId: newId(), consumer: 'payments-on-user-registered-v1', eventId: newId() },
    ...{ eventType: userRegistered.type, error: 'no', attempts: 5, failedAt: new Date().toISOString() },
    event: { type: userRegistered.type, subject: userId, data: { userId, name: 'Reported Person' } },
  });
  const { type: eventType } = report;
  const failed = { message: published(report), eventType, error: new Error('hopeless'), attempts: 5 };
  await keepDeadLetter(outbox, { consumer: 'sagas-on-consumer-dead-lettered-v1', ...failed });
  await deliver(outbox, [forgetUsers], published(deletionOf(userId)));
  expect(JSON.stringify(await own.database.query('SELECT * FROM dead_letters'))).not.toContain('Reported');
});

it('a deletion that became a dead letter is carried out by its replay', async () => {
  const outbox = new Outbox(own.database, 'payments');
  const userId = newId();
  const person = userRegistered.about(userId, { userId, name: 'Late Person' });
  const failed = { error: new Error('hopeless'), attempts: 5 };
  for (const event of [person, deletionOf(userId)]) {
    const consumer = `payments-on-${event.type.replaceAll('.', '-')}`;
    await keepDeadLetter(outbox, { consumer, message: published(event), eventType: event.type, ...failed });
  }
  const [letter] = await own.database.query<object[]>(
    'SELECT id, consumer, event_id AS eventId FROM dead_letters WHERE consumer = ?',
    ['payments-on-user-deleted-v1'],
  );
  const { id: deadLetterId, ...rest } = letter as { id: string; consumer: string; eventId: string };
  const request = deadLetterReplayRequested.about(deadLetterId, { deadLetterId, ...rest });
  await deliver(outbox, handlersOf('payments', []), published(request));
  expect(JSON.stringify(await own.database.query('SELECT * FROM dead_letters'))).not.toContain('Late Person');
});

const deletionOf = (userId: string) =>
  userDeleted.about(userId, { userId, deletedAt: new Date().toISOString() });
