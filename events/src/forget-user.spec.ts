import { freshDatabase } from '@frontrow/kit/testing/database';
import type { TestDatabase } from '@frontrow/kit/testing/database';
import { newId } from '@frontrow/kit/ids';
import { userDeleted, userRegistered } from './contracts/users.ts';
import { keepDeadLetter } from './dead-letter.ts';
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
  const told = userDeleted.about(leaving, { userId: leaving, deletedAt: new Date().toISOString() });
  await deliver(outbox, [forgetUsers], published(told));
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
