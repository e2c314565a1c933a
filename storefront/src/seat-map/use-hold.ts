import { useApolloClient } from '@apollo/client/react';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { newKey } from '../api/idempotency-key.ts';
import { HoldDocument, UnpaidReservationDocument } from '../api/operations.generated.ts';
import type { HoldSeatsInput } from '../api/operations.generated.ts';
import type { Problem } from '../api/problem.ts';
import { useAction } from '../api/use-action.ts';

type Wish = Pick<HoldSeatsInput, 'seatIds' | 'bestAvailable'>;

export interface Lost {
  readonly seatIds: readonly string[];
  /** How many seats the fan wanted, including those that were available. */
  readonly wanted: number;
}

export interface Holding {
  readonly hold: (wish: Wish, admissionToken: string) => Promise<void>;
  /** The seats that somebody else had first, at the last attempt. */
  readonly lost: Lost | undefined;
  /** Asks once more for the same, with the same key. Undefined unless the last attempt had no answer: it may have held the seats. */
  readonly again: (() => Promise<void>) | undefined;
  readonly busy: boolean;
  readonly problem: Problem | undefined;
}

/** Holds seats, and goes to the page on which they are paid. The same wish keeps its key, however often it is sent. */
export function useHold(scheduleId: string, onLost: (seatIds: readonly string[]) => void): Holding {
  const { run, busy, problem } = useAction(HoldDocument);
  const [, navigate] = useLocation();
  const [lost, setLost] = useState<Lost>();
  const client = useApolloClient();
  const last = useRef<{ wish: Wish; admissionToken: string; key: string }>(undefined);

  const hold = async (wish: Wish, admissionToken: string) => {
    const isSame = JSON.stringify(last.current?.wish) === JSON.stringify(wish);
    const key = (isSame ? last.current?.key : undefined) ?? newKey();
    last.current = { wish, admissionToken, key };
    setLost(undefined);
    const answer = await run({ input: { scheduleId, admissionToken, idempotencyKey: key, ...wish } });
    switch (answer?.__typename) {
      case 'SeatHold':
        navigate(`/tickets/${answer.reservationId}`);
        break;
      case 'SeatsTaken':
        onLost(answer.seatIds);
        setLost({ seatIds: answer.seatIds, wanted: wish.seatIds?.length ?? answer.seatIds.length });
        break;
      case undefined:
        // If the seats are held nevertheless, every page says so.
        void client.refetchQueries({ include: [UnpaidReservationDocument] }).catch(() => undefined);
        break;
    }
  };
  const again = async () => {
    if (last.current) await hold(last.current.wish, last.current.admissionToken);
  };
  return { hold, lost, again: problem?.kind === 'fault' ? again : undefined, busy, problem };
}
