import { handler } from '@frontrow/events/consumer';
import { userDeleted } from '@frontrow/events/contracts/users';
import { cancelUnpaidOf } from '../operations/cancel-unpaid-of.ts';

export const onUserDeleted = handler(userDeleted, (tx, { data }) =>
  cancelUnpaidOf(tx, data.userId, new Date()),
);
