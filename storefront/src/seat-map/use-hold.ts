import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { newKey } from '../api/idempotency-key.ts';
import { HoldDocument } from '../api/operations.generated.ts';
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
  readonly busy: boolean;
  readonly problem: Problem | undefined;
}

/** Holds seats, and goes to the page on which they are paid. The same wish keeps its key, however often it is sent. */
export function useHold(scheduleId: string, onLost: (seatIds: readonly string[]) => void): Holding {
  const { run, busy, problem } = useAction(HoldDocument);
  const [, navigate] = useLocation();
  const [lost, setLost] = useState<Lost>();
  const last = useRef({ wish: '', key: '' });

  const hold = async (wish: Wish, admissionToken: string) => {
    const told = JSON.stringify(wish);
    if (last.current.wish !== told) last.current = { wish: told, key: newKey() };
    setLost(undefined);
    const answer = await run({
      input: { scheduleId, admissionToken, idempotencyKey: last.current.key, ...wish },
    });
    switch (answer?.__typename) {
      case 'SeatHold':
        navigate(`/tickets/${answer.reservationId}`);
        break;
      case 'SeatsTaken':
        onLost(answer.seatIds);
        setLost({ seatIds: answer.seatIds, wanted: wish.seatIds?.length ?? answer.seatIds.length });
        break;
      case undefined:
        break;
    }
  };
  return { hold, lost, busy, problem };
}
