import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefusalPartsFragment } from './operations.generated.ts';
import { faultOf, refused } from './problem.ts';
import type { Problem } from './problem.ts';

type Refusal = RefusalPartsFragment & { __typename: 'Refusal' };
/** The answer to a mutation of one field, if it is not a refusal. */
type Answer<Data> = Exclude<Data[keyof Data], { __typename: 'Refusal' }>;

export interface Action<Variables, Result> {
  /** @returns undefined if it did not succeed; `problem` says why */
  readonly run: (variables: Variables) => Promise<Result | undefined>;
  readonly busy: boolean;
  readonly problem: Problem | undefined;
  readonly forget: () => void;
}

/** How often a call is sent if it had no answer, or came before its event. All repeated calls have a key, or need none. */
const attempts = 4;

export type Outcome<Result> = { readonly answer: Result } | { readonly problem: Problem };

interface ActionOptions<Variables> {
  /** For calls that must not be repeated automatically, such as those with a password. */
  readonly once?: boolean;
  /** Returns what to send instead if that solves the problem, or undefined. What it throws becomes the problem. */
  readonly mend?: (problem: Problem, variables: Variables) => Promise<Variables | undefined>;
}

/**
 * A mutation of one field, whose refusals and faults are values. Calls that may be repeated are, after a growing, random delay.
 */
export function useAction<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  { once = false, mend }: ActionOptions<Variables> = {},
): Action<Variables, Answer<Data>> {
  const client = useApolloClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const forget = useCallback(() => setProblem(undefined), []);
  const mendBy = useRef(mend);
  useEffect(() => {
    mendBy.current = mend;
  });
  const run = useCallback(
    async (variables: Variables) => {
      setBusy(true);
      setProblem(undefined);
      try {
        let sent = variables;
        for (let attempt = 1; ; attempt++) {
          const outcome = await attemptOnce(client, document, sent);
          if ('answer' in outcome) return outcome.answer;
          const isLast = once || attempt === attempts;
          const mended = isLast ? undefined : await mendBy.current?.(outcome.problem, sent);
          if (isLast || (mended === undefined && !passes(outcome.problem))) {
            setProblem(outcome.problem);
            return undefined;
          }
          if (mended !== undefined) sent = mended;
          else await new Promise((resolve) => setTimeout(resolve, 500 * attempt * (0.5 + Math.random())));
        }
      } catch (error) {
        setProblem(faultOf(error));
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    [client, document, once],
  );
  return { run, busy, problem, forget };
}

/** Sends a mutation of one field once. */
export async function attemptOnce<Data, Variables extends OperationVariables>(
  client: ReturnType<typeof useApolloClient>,
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Outcome<Answer<Data>>> {
  try {
    const { data } = await client.mutate({ mutation, variables });
    const answer = Object.values(data as object)[0] as Answer<Data> | Refusal;
    return isRefusal(answer) ? { problem: refused(answer) } : { answer };
  } catch (error) {
    return { problem: faultOf(error) };
  }
}

const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === 'object' && answer !== null && '__typename' in answer && answer.__typename === 'Refusal';

const passes = ({ code }: Problem) => code === 'NOT_READY_YET' || code === 'SERVICE_UNAVAILABLE';
