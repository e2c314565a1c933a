import { handler } from '@frontrow/events/consumer';
import { userDeleted } from '@frontrow/events/contracts/users';
import { forgetKeys } from '@frontrow/kit/idempotency';

// A key is whatever the client made it of.
export const onUserDeleted = handler(userDeleted, (tx, { data }) => forgetKeys(tx.manager, data.userId));
