import type { Outbox } from '@frontrow/events/outbox';
import type { GivenIds } from '@frontrow/kit/given-ids';
import { groupCommit } from '@frontrow/kit/group-commit';
import type { JWTVerifyGetKey } from 'jose';
import { Sales } from '../sales.ts';
import { holdBlocks } from './hold-best-available.ts';
import type { BlockOrder } from './hold-best-available.ts';
import { holdTogether } from './hold-together.ts';
import type { Order } from './take-seats.ts';

/** The most holds that one transaction makes. 64 holds of ten seats are 640 rows. */
const mostTogether = 64;

/** What selling seats needs, besides the seats. */
interface Means {
  readonly outbox: Outbox;
  /** The ids of concerts and reservations. Other services may be asked about them before they have heard of them. */
  readonly ids: GivenIds;
  /** The public keys of the queue, which signs the passes. */
  readonly passKeys: JWTVerifyGetKey;
  /** How long a hold lasts. */
  readonly holdSeconds: number;
}

export interface BoxOffice extends Means {
  readonly sales: Sales;
  /** Holds named seats of a schedule, together with the calls for others that arrive at the same moment. */
  readonly holdTogether: (
    scheduleId: string,
    order: Order,
  ) => Promise<Awaited<ReturnType<typeof holdTogether>>[number]>;
  /** Holds a block of neighbouring seats, together with the calls for others that arrive at the same moment. */
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
