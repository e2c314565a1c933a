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

/**
 * Joins a waiting room and does the work that it asks for: at once if that is known, otherwise after a refusal says so, which
 * also happens when a solution came too late. Joining twice is the same as once.
 */
export function useJoin(concertId: string, asksForChallenge: boolean): Joining {
  const client = useApolloClient();
  const [solving, setSolving] = useState(false);
  const [fault, setFault] = useState<Problem>();

  /** @returns null if an operator has just switched challenges off */
  const solve = async () => {
    setSolving(true);
    try {
      const { data } = await client.query({
        query: ChallengeDocument,
        variables: { concertId },
        fetchPolicy: 'no-cache',
      });
      const json = data?.queueChallenge?.json;
      return json === undefined ? null : await solveChallenge(json);
    } finally {
      setSolving(false);
    }
  };
  const { run, busy, problem } = useAction(JoinDocument, {
    mend: async ({ code }, variables) =>
      code === 'CHALLENGE_REQUIRED' ? { ...variables, challengeSolution: await solve() } : undefined,
  });
  const join = async () => {
    setFault(undefined);
    try {
      const challengeSolution = asksForChallenge ? await solve() : null;
      return (await run({ concertId, challengeSolution })) !== undefined;
    } catch (error) {
      setFault(faultOf(error));
      return false;
    }
  };
  return { join, busy: busy || solving, solving, problem: fault ?? problem };
}
