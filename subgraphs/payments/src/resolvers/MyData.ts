import { ownData } from '@frontrow/kit/viewer';
import { findHistory } from '../storage/ledger-lines.ts';
import type { MyDataResolvers } from './types.generated.ts';

export const MyData: MyDataResolvers = {
  __resolveReference: ownData,
  points: async ({ userId }, _args, { outbox, walletsByUser }) => {
    const wallet = await walletsByUser.load(userId);
    return (
      wallet && { ...wallet, history: await findHistory(outbox.database.manager, userId, 1_000, undefined) }
    );
  },
};
