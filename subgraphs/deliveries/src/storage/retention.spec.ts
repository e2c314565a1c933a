import { newId } from '@frontrow/kit/ids';
import { days } from '@frontrow/kit/retention';
import { expectRetention } from '@frontrow/kit/testing/retention';
import { migrations } from './migrations.ts';
import { retention } from './retention.ts';

const longAgo = new Date(0);

it('deliveries that arrived, and notes of deleted addresses, are kept for 30 days', async () => {
  await expectRetention(migrations, retention, {
    deliveries: [
      days(30),
      (delivered_at) => ({
        ...{ id: newId(), target: 'SLACK', status: 'DELIVERED', attempts: 1, failed_rounds: 0 },
        ...{ event_id: newId(), event_type: 'reservation.created.v1', subject: newId(), event: '{}' },
        ...{ noted_at: longAgo, give_up_at: longAgo, delivered_at },
      }),
    ],
    recipients: [days(30), (forgotten_at) => ({ user_id: newId(), locale: 'en', forgotten_at })],
  });
});
