import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { ChallengeDocument, JoinDocument } from '../api/operations.generated.ts';
import { faultOf } from '../api/problem.ts';
import type { Problem } from '../api/problem.ts';
import { useAction } from '../api/use-action.ts';
import { solveChallenge } from './solve-challenge.ts';

export interface Joining {
  /** @returns whether the fan is in the line now */
  readonly join: () => Promise<boolean>;
  readonly busy: boolean;
  readonly solving: boolean;
  readonly problem: Problem | undefined;
}

/** Joins a waiting room, doing the work first where it asks for some. Joining twice is joining once. */
export function useJoin(concertId: string, asksForChallenge: boolean): Joining {
  const client = useApolloClient();
  const { run, busy, problem } = useAction(JoinDocument);
  const [solving, setSolving] = useState(false);
  const [fault, setFault] = useState<Problem>();

  const solve = async () => {
    setSolving(true);
    try {
      const { data } = await client.query({
        query: ChallengeDocument,
        variables: { concertId },
        fetchPolicy: 'no-cache',
      });
      // Null when the organiser has just switched challenges off.
      const json = data?.queueChallenge?.json;
      return json === undefined ? undefined : await solveChallenge(json);
    } finally {
      setSolving(false);
    }
  };
  const join = async () => {
    setFault(undefined);
    try {
      const challengeSolution = asksForChallenge ? await solve() : undefined;
      return (await run({ concertId, challengeSolution: challengeSolution ?? null })) !== undefined;
    } catch (error) {
      setFault(faultOf(error));
      return false;
    }
  };
  return { join, busy: busy || solving, solving, problem: fault ?? problem };
}
