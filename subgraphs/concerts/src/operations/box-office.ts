import type { Outbox } from '@frontrow/events/outbox';
import type { GivenIds } from '@frontrow/kit/given-ids';
import { groupCommit } from '@frontrow/kit/group-commit';
import type { JWTVerifyGetKey } from 'jose';
import { Sales } from '../sales.ts';
import { holdBlocks } from './hold-best-available.ts';
import type { BlockOrder } from './hold-best-available.ts';
import { holdTogether } from './hold-together.ts';
import type { Order } from './take-seats.ts';

/** How many holds one transaction takes at the most: 64 of ten seats are 640 rows. */
const mostTogether = 64;

/** What selling seats takes, besides the seats. */
interface Means {
  readonly outbox: Outbox;
  /** Of concerts and reservations, which other services are asked about before they have heard of them. */
  readonly ids: GivenIds;
  /** The queue's public keys: it signs the passes. */
  readonly passKeys: JWTVerifyGetKey;
  /** How long a hold lasts. */
  readonly holdSeconds: number;
}

export interface BoxOffice extends Means {
  readonly sales: Sales;
  /** Holds named seats of a schedule, together with whoever asks for some at the same moment. */
  readonly holdTogether: (
    scheduleId: string,
    order: Order,
  ) => Promise<Awaited<ReturnType<typeof holdTogether>>[number]>;
  /** Holds a block of neighbouring seats, together with whoever asks for one at the same moment. */
  readonly holdBlocks: (
    scheduleId: string,
    order: BlockOrder,
  ) => Promise<Awaited<ReturnType<typeof holdBlocks>>[number]>;
}

export function openBoxOffice(means: Means): BoxOffice {
  const office: BoxOffice = {
    ...means,
    sales: new Sales(means.outbox.database.manager),
    holdTogether: groupCommit(
      (_scheduleId, orders: readonly Order[]) => holdTogether(office, orders, 'give-up'),
      { maxGroup: mostTogether, restMs: 25 },
    ),
    holdBlocks: groupCommit(
      (_scheduleId, orders: readonly BlockOrder[]) => holdBlocks(office, orders, 'give-up'),
      { maxGroup: mostTogether, restMs: 25 },
    ),
  };
  return office;
}
