import type { Outbox } from '@frontrow/events/outbox';
import { inTrace } from '@frontrow/kit/trace';
import { brokenInvariant } from '../domain/broken-invariant.ts';
import { nextMove } from '../domain/next-move.ts';
import type { Patience } from '../domain/next-move.ts';
import { sagaOf } from '../domain/saga.ts';
import { inOrder } from '../domain/step.ts';
import { lockDue, storeSagas } from '../storage/sagas.ts';
import { findSteps } from '../storage/steps.ts';

const batchSize = 100;

/**
 * Does what is due about sagas that stand still, the longest overdue first. Replicas may do it at the same time: each takes
 * sagas that no other has locked. What it emits comes back as a step of the saga, which says when to look again;
 * if it does not come back, it is emitted again.
 * @returns whether more may be due
 */
export async function moveStuckSagas(
  outbox: Outbox,
  patience: Patience,
  now: Date,
): Promise<'more' | 'done'> {
  return outbox.transaction(async (tx) => {
    const due = await lockDue(tx.manager, now, batchSize);
    const steps = await findSteps(tx.manager, due);
    const worked = due.map((id) => {
      const itsSteps = steps.filter(({ sagaId }) => sagaId === id);
      const move = nextMove(id, itsSteps, patience);
      const isNow = move !== null && move.at <= now;
      const last = inOrder(itsSteps).findLast(({ traceparent }) => traceparent !== null);
      if (isNow) {
        inTrace(last?.traceparent ?? undefined, () => {
          tx.emit(move.event);
        });
      }
      const lookAgainAt = isNow ? new Date(now.getTime() + patience.replayAfterMs) : (move?.at ?? null);
      return { saga: sagaOf(id, itsSteps), dueAt: lookAgainAt, breaks: brokenInvariant(itsSteps) };
    });
    await storeSagas(tx.manager, worked);
    return due.length === batchSize ? 'more' : 'done';
  });
}
