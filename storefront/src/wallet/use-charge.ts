import { useApolloClient } from '@apollo/client/react';
import { useRef } from 'react';
import { newKey } from '../api/idempotency-key.ts';
import { BalanceDocument, ChargeDocument } from '../api/operations.generated.ts';
import type { Problem } from '../api/problem.ts';
import { useAction } from '../api/use-action.ts';

export interface Charging {
  /** @returns whether the points were charged */
  readonly charge: (amount: number) => Promise<boolean>;
  readonly busy: boolean;
  readonly problem: Problem | undefined;
}

/** Charges the wallet. An attempt without an answer is repeated with the same key, so no points are charged twice. */
export function useCharge(): Charging {
  const client = useApolloClient();
  const { run, busy, problem } = useAction(ChargeDocument);
  const last = useRef<{ amount: number; key: string }>(undefined);
  const charge = async (amount: number) => {
    if (last.current?.amount !== amount) last.current = { amount, key: newKey() };
    const entry = await run({ input: { amount, idempotencyKey: last.current.key } });
    if (entry === undefined) return false;
    last.current = undefined;
    // If the answer could not include the wallet, the balance is asked for.
    if (entry.wallet === null) void client.refetchQueries({ include: [BalanceDocument] });
    return true;
  };
  return { charge, busy, problem };
}
