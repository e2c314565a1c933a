import type { Transaction } from '@frontrow/events/outbox';
import { brokenInvariant } from '../domain/broken-invariant.ts';
import { nextMove } from '../domain/next-move.ts';
import type { Patience } from '../domain/next-move.ts';
import { sagaOf } from '../domain/saga.ts';
import type { Step } from '../domain/step.ts';
import { lockSagas, storeSagas } from '../storage/sagas.ts';
import { findSteps, insertSteps } from '../storage/steps.ts';

/** Adds events to the log, each once, and works out where their sagas stand now. */
export async function recordSteps(
  { manager }: Transaction,
  steps: readonly Step[],
  patience: Patience,
): Promise<void> {
  const ids = [...new Set(steps.map(({ sagaId }) => sagaId))].sort();
  if (ids.length === 0) return;
  await lockSagas(manager, ids);
  const before = await findSteps(manager, ids);
  const known = new Set(before.map(({ eventId }) => eventId));
  const added = steps.filter(({ eventId }) => !known.has(eventId));
  await insertSteps(manager, added);
  const after = [...before, ...added];
  // A saga without a new step keeps what was decided about it.
  const changed = new Set(added.map(({ sagaId }) => sagaId));
  const worked = [...changed].map((id) => {
    const its = after.filter(({ sagaId }) => sagaId === id);
    const dueAt = nextMove(id, its, patience)?.at ?? null;
    return { saga: sagaOf(id, its), dueAt, breaks: brokenInvariant(its) };
  });
  await storeSagas(manager, worked);
}
