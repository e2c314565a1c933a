import { fromCursor, pageSize, toConnection } from '@frontrow/kit/page';
import { findHistory } from '../storage/ledger-lines.ts';
import { toInt } from './int.ts';
import type { WalletResolvers } from './types.generated.ts';

export const Wallet: WalletResolvers = {
  // Each fan has exactly one wallet, so the fan's id can be the wallet's.
  id: ({ userId }) => userId,
  balance: ({ balance }) => toInt(balance),

  history: async ({ userId }, { first, after }, { outbox }) => {
    const limit = pageSize(first);
    const before = fromCursor(after, isSequence);
    const entries = await findHistory(
      outbox.database.manager,
      userId,
      limit + 1,
      before === undefined ? undefined : Number(before),
    );
    return toConnection(entries, limit, ({ sequence }) => String(sequence), after);
  },
};

const isSequence = (key: string) => /^\d{1,15}$/.test(key);
