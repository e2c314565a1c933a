import type DataLoader from 'dataloader';
import type { Arrivals } from '@frontrow/events/arrivals';
import type { Outbox } from '@frontrow/events/outbox';
import { loaderById, loaderOfMany } from '@frontrow/kit/loader';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import { isOperator, maySee } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Patience } from './domain/next-move.ts';
import type { Saga } from './domain/saga.ts';
import type { Step } from './domain/step.ts';
import { findSagas } from './storage/sagas.ts';
import { findSteps } from './storage/steps.ts';

/** An entity that another subgraph owns. */
export interface Stub {
  readonly id: string;
}

/** What all requests of the process share. */
export interface Shared {
  readonly outbox: Outbox;
  readonly arrivals: Arrivals;
  readonly patience: Patience;
}

export interface Context extends SubgraphContext, Shared {
  readonly sagas: DataLoader<string, Saga | null>;
  readonly stepsOf: DataLoader<string, Step[]>;
}

export const createContext = (shared: Shared, viewer: Viewer | null): Context => ({
  viewer,
  ...shared,
  sagas: loaderById(
    (ids) => findSagas(shared.outbox.database.manager, ids),
    ({ id }: Saga) => id,
  ),
  stepsOf: loaderOfMany(
    (ids) => findSteps(shared.outbox.database.manager, ids),
    ({ sagaId }: Step) => sagaId,
  ),
});

/** Null when there is none, or the viewer may not see it: a fan sees their own sagas, an operator all. */
export async function visibleSaga(id: string, { sagas, arrivals, viewer }: Context): Promise<Saga | null> {
  const saga = await arrivals.load(sagas, id);
  if (saga === null) return null;
  const isTheirs = saga.userId !== null && maySee(viewer, saga.userId);
  return isTheirs || isOperator(viewer) ? saga : null;
}
