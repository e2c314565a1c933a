import { newId } from '@frontrow/kit/ids';
import { days } from '@frontrow/kit/retention';
import { expectRetention } from '@frontrow/kit/testing/retention';
import { migrations } from './migrations.ts';
import { retention } from './retention.ts';

it('ended tickets are kept for a week, and minutes for two', async () => {
  await expectRetention(migrations, retention, {
    ended_tickets: [days(7), (ended_at) => ({ ticket_id: newId(), ended_at })],
    schedule_minutes: [days(14), (minute) => ({ schedule_id: newId(), minute, held: 1, sold: 1 })],
  });
});
