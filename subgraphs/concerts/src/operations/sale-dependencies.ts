import { groupCommit } from '@frontrow/kit/group-commit';
import type { JWTVerifyGetKey } from 'jose';
import { Sales } from '../sales.ts';
import { holdBlocks } from './hold-blocks.ts';
import type { BlockCall } from './hold-blocks.ts';
import { holdTogether } from './hold-together.ts';
import type { SeatCall, TakeDependencies } from './take-seats.ts';

/** The most holds that one transaction makes. 64 holds of ten seats are 640 rows. */
const mostTogether = 64;

/** What the operations that sell seats are given by the process. */
interface Given extends TakeDependencies {
  /** The public keys of the queue, which signs the passes. */
  readonly passKeys: JWTVerifyGetKey;
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
