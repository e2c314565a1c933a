import { handler } from '@frontrow/events/consumer';
import { userDeleted } from '@frontrow/events/contracts/users';
import { forgetInDeadLetters } from '../storage/dead-letters.ts';

export const onUserDeleted = handler(userDeleted, (tx, { data }) =>
  forgetInDeadLetters(tx.manager, data.userId),
);
