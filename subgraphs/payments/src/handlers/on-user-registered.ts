import { handler } from '@frontrow/events/consumer';
import { userRegistered } from '@frontrow/events/contracts/users';
import { insertWallet } from '../storage/wallets.ts';

export const onUserRegistered = handler(userRegistered, (tx, { data, time }) =>
  insertWallet(tx.manager, data.userId, new Date(time)),
);
