import type DataLoader from 'dataloader';
import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Target } from './domain/audience.ts';
import type { Circuit } from './domain/circuit.ts';
import type { Delivery, Schedule } from './domain/delivery.ts';
import { findDeliveries } from './storage/deliveries.ts';

/** A circuit, and whose it is. */
export interface ShownCircuit {
  readonly target: Target;
  readonly circuit: Circuit;
}

/** What resolvers need besides the viewer; the same for all requests. */
export interface Deliveries {
  readonly outbox: Outbox;
  /** Those that are on. */
  readonly targets: readonly Target[];
  readonly schedule: Schedule;
  /** Has what is due sent. */
  readonly wake: () => void;
}

export interface Context extends SubgraphContext, Deliveries {
  readonly byId: DataLoader<string, Delivery | null>;
  readonly now: () => Date;
}

export const createContext = (
  deliveries: Deliveries,
  viewer: Viewer | null,
  now = () => new Date(),
): Context => ({
  ...deliveries,
  viewer,
  byId: loaderById(
    (ids) => findDeliveries(deliveries.outbox.database.manager, ids),
    ({ id }: Delivery) => id,
  ),
  now,
});
