import type { Outbox } from '@frontrow/events/outbox';
import type { GivenIds } from '@frontrow/kit/given-ids';
import { groupCommit } from '@frontrow/kit/group-commit';
import type { JWTVerifyGetKey } from 'jose';
import { Sales } from '../sales.ts';
import { holdBlocks } from './hold-best-available.ts';
import type { BlockCall } from './hold-best-available.ts';
import { holdTogether } from './hold-together.ts';
import type { SeatCall } from './take-seats.ts';

/** The most holds that one transaction makes. 64 holds of ten seats are 640 rows. */
const mostTogether = 64;

/** What the operations that sell seats are given by the process. */
interface Given {
  readonly outbox: Outbox;
  /** The ids of concerts and reservations. Other services may be asked about them before they have heard of them. */
  readonly ids: GivenIds;
  /** The public keys of the queue, which signs the passes. */
  readonly passKeys: JWTVerifyGetKey;
  /** How long a reservation may be paid, from the hold on, in s. */
  readonly holdSeconds: number;
}

/** What the operations that sell seats need. */
export interface SaleDependencies extends Given {
  readonly sales: Sales;
  /** Holds named seats of a schedule, together with the calls for others that arrive at the same moment. */
  readonly holdTogether: (
    scheduleId: string,
    call: SeatCall,
  ) => Promise<Awaited<ReturnType<typeof holdTogether>>[number]>;
  /** Holds a block of neighbouring seats, together with the calls for others that arrive at the same moment. */
  readonly holdBlocks: (
    scheduleId: string,
    call: BlockCall,
  ) => Promise<Awaited<ReturnType<typeof holdBlocks>>[number]>;
}

export function createSaleDependencies(given: Given): SaleDependencies {
  const saleDeps: SaleDependencies = {
    ...given,
    sales: new Sales(given.outbox.database.manager),
    holdTogether: groupCommit(
      (_scheduleId, calls: readonly SeatCall[]) => holdTogether(saleDeps, calls, 'give-up'),
      { maxGroup: mostTogether, restMs: 25 },
    ),
    holdBlocks: groupCommit(
      (_scheduleId, calls: readonly BlockCall[]) => holdBlocks(saleDeps, calls, 'give-up'),
      { maxGroup: mostTogether, restMs: 25 },
    ),
  };
  return saleDeps;
}
