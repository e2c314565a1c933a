import { newId } from '@frontrow/kit/ids';
import { days } from '@frontrow/kit/retention';
import { expectRetention } from '@frontrow/kit/testing/retention';
import { eventRetention } from './retention.ts';
import { eventMigrations } from './tables.ts';

const longAgo = new Date(0);

it('published events are kept for a day; for a week, what was handled, and how often it failed', async () => {
  await expectRetention(eventMigrations, eventRetention, {
    outbox: [
      days(1),
      (published_at) => ({
        ...{ id: newId(), type: 'user.registered.v1', subject: newId(), envelope: '{}' },
        ...{ created_at: longAgo, published_at },
      }),
    ],
    inbox: [days(7), (handled_at) => ({ consumer: 'payments', event_id: newId(), handled_at })],
    failed_attempts: [
      days(7),
      (failed_at) => ({ consumer: 'payments', event_id: newId(), attempts: 1, failed_at }),
    ],
  });
});
