import { newId } from '@frontrow/kit/ids';
import { isRefusal } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { requireOperator } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import type { DataOf } from './contract.ts';
import { operatorActed } from './contracts/operators.ts';
import type { Outbox, Transaction } from './outbox.ts';

type Record = DataOf<typeof operatorActed>;

/** Who is about to do what. The action gets its id before it is done, so that it stays one action when its transaction runs again. */
export type Acting = Pick<Record, 'actionId' | 'by' | 'operatorId' | 'action'>;

/** What was done: the answer, and what the log records of it. */
export interface Acted<Answer> extends Pick<Record, 'before' | 'after'> {
  readonly answer: Answer;
  /** The id of what was acted on, 64 characters at the most. */
  readonly subjectId: string;
}

/** The answer when an earlier call had done everything, so this call changed nothing. */
export interface DoneBefore<Answer> {
  readonly answer: Answer;
}

/**
 * Operations for operators take an `Acting` instead of a viewer, and only this function makes one.
 * @param action the name of the mutation
 * @throws UNAUTHENTICATED when nobody is logged in, FORBIDDEN when it is a fan, or staff
 */
export const asOperator = (viewer: Viewer | null, action: string): Acting => ({
  actionId: newId(),
  by: 'OPERATOR',
  operatorId: requireOperator(viewer).id,
  action,
});

/** Acts for somebody who has the settings or the database, rather than for an operator. */
export const onBehalfOf = (by: 'SETTINGS' | 'COMMAND', action: string): Acting => ({
  actionId: newId(),
  by,
  operatorId: null,
  action,
});

/**
 * Carries out an operator's action. Its changes and its record commit together, or neither does. An action that is refused, or was
 * done before, changes nothing and is not recorded.
 * @param work as that of `Outbox.transaction`; may run several times
 */
export const act = <Result extends Acted<unknown> | DoneBefore<unknown> | Refusal>(
  outbox: Outbox,
  acting: Acting,
  work: (tx: Transaction) => Promise<Result>,
): Promise<AnswerOf<Result>> =>
  outbox.transaction(async (tx) => {
    const result = await work(tx);
    if (isRefusal(result)) return result as AnswerOf<Result>;
    if ('subjectId' in result) record(tx, acting, result);
    return result.answer as AnswerOf<Result>;
  });

type AnswerOf<Result> = Result extends DoneBefore<infer Answer> ? Answer : Result;

/** Records an action as part of a transaction that does more than that. */
export function record(
  tx: Transaction,
  acting: Acting,
  { subjectId, before, after }: Omit<Acted<unknown>, 'answer'>,
) {
  const at = new Date().toISOString();
  tx.emit(operatorActed.about(subjectId, { ...acting, subjectId, before, after, at }));
}
