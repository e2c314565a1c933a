import { newId } from '@frontrow/kit/ids';
import { days } from '@frontrow/kit/retention';
import { expectRetention } from '@frontrow/kit/testing/retention';
import { migrations } from './migrations.ts';
import { retention } from './retention.ts';

it('minutes are kept for two weeks', async () => {
  await expectRetention(migrations, retention, {
    room_minutes: [days(14), (minute) => ({ concert_id: newId(), minute, waiting: 1, active: 1 })],
  });
});
