import type { Transaction } from '@frontrow/events/outbox';
import { nextMove } from '../domain/next-move.ts';
import type { Patience } from '../domain/next-move.ts';
import { sagaOf } from '../domain/saga.ts';
import type { Step } from '../domain/step.ts';
import { lockSaga, storeSaga } from '../storage/sagas.ts';
import { findSteps, insertStep } from '../storage/steps.ts';

/** Adds an event to the log, once, and works out where its saga stands now. */
export async function recordStep({ manager }: Transaction, step: Step, patience: Patience): Promise<void> {
  const { sagaId } = step;
  await lockSaga(manager, sagaId);
  if (!(await insertStep(manager, step))) return;
  const steps = await findSteps(manager, [sagaId]);
  await storeSaga(manager, sagaOf(sagaId, steps), nextMove(sagaId, steps, patience)?.at ?? null);
}
