import { userRegistered } from '@frontrow/events/contracts/users';
import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { move } from '../domain/ledger.ts';
import type { Wallet } from '../domain/wallet.ts';
import { book, lockWallets } from '../storage/wallets.ts';
import type { Replica } from './payments-under-test.ts';

/** A registered fan with this many points, which may be more than charges allow. */
export async function fanWith(payments: Replica, points: number): Promise<Viewer> {
  const fan = aFan();
  await payments.hear(userRegistered.about(fan.id, { userId: fan.id, name: '이서연' }));
  if (points > 0) await give(payments, fan, points);
  return fan;
}

/** Puts points into a wallet without the limits of a charge. */
export async function give(payments: Replica, { id: userId }: Viewer, points: number): Promise<void> {
  await payments.outbox.transaction(async ({ manager }) => {
    const [wallet] = (await lockWallets(manager, [userId])) as [Wallet];
    const ids = { movementId: newId(), entryId: newId(), houseLineId: newId() };
    const charge = { kind: 'CHARGE', amount: points, paymentId: null } as const;
    await book(manager, [move(wallet, charge, new Date(), ids)]);
  });
}
