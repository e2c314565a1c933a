import { handler } from '@frontrow/events/consumer';
import { userDeleted } from '@frontrow/events/contracts/users';
import { leaveAllQueues } from '../operations/leave-queue.ts';

export const onUserDeleted = handler(userDeleted, (tx, { data }) => leaveAllQueues(tx, data.userId));
