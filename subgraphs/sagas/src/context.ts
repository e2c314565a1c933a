import type DataLoader from 'dataloader';
import type { Outbox } from '@frontrow/events/outbox';
import { loaderById, loaderOfMany } from '@frontrow/kit/loader';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import { maySee } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Saga } from './domain/saga.ts';
import type { Step } from './domain/step.ts';
import { findSagas } from './storage/sagas.ts';
import { findSteps } from './storage/steps.ts';

/** An entity that another subgraph owns. */
export interface Stub {
  readonly id: string;
}

export interface Context extends SubgraphContext {
  readonly outbox: Outbox;
  readonly sagas: DataLoader<string, Saga | null>;
  readonly stepsOf: DataLoader<string, Step[]>;
}

export const createContext = (outbox: Outbox, viewer: Viewer | null): Context => ({
  viewer,
  outbox,
  sagas: loaderById(
    (ids) => findSagas(outbox.database.manager, ids),
    ({ id }: Saga) => id,
  ),
  stepsOf: loaderOfMany(
    (ids) => findSteps(outbox.database.manager, ids),
    ({ sagaId }: Step) => sagaId,
  ),
});

export const isOperator = (viewer: Viewer | null): boolean => viewer?.role === 'OPERATOR';

/** Null when there is none, or the viewer may not see it: a fan sees own ones, an operator all. */
export async function visibleSaga(id: string, { sagas, viewer }: Context): Promise<Saga | null> {
  const saga = await sagas.load(id);
  if (saga === null) return null;
  const isTheirs = saga.userId !== null && maySee(viewer, saga.userId);
  return isTheirs || isOperator(viewer) ? saga : null;
}
