import { newId } from '@frontrow/kit/ids';
import { days } from '@frontrow/kit/retention';
import { expectRetention } from '@frontrow/kit/testing/retention';
import { migrations } from './migrations.ts';
import { retention } from './retention.ts';

it('tombstones are kept for a week, and minutes for two', async () => {
  await expectRetention(migrations, retention, {
    early_ends: [
      days(7),
      (noted_at) => ({ reservation_id: newId(), ended_because: 'COMPENSATED', noted_at }),
    ],
    sales_minutes: [days(14), (minute) => ({ schedule_id: newId(), minute, purchases: 1, revenue: 100 })],
  });
});
