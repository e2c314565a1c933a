import type { Circuit } from '../domain/circuit.ts';
import type { Delivery, Pending } from '../domain/delivery.ts';
import type { CircuitRow, DeliveryRow } from './entities.ts';

/** The columns that change during a delivery's life, besides the lease. */
export type State = Pick<
  DeliveryRow,
  | 'status'
  | 'attempts'
  | 'failedRounds'
  | 'lastError'
  | 'cause'
  | 'giveUpAt'
  | 'nextAttemptAt'
  | 'deliveredAt'
>;

const maxErrorLength = 500;

export const toState = (delivery: Delivery): State => ({
  status: delivery.status,
  attempts: delivery.attempts,
  failedRounds: delivery.failedRounds,
  lastError: delivery.lastError?.slice(0, maxErrorLength) ?? null,
  cause: delivery.cause,
  giveUpAt: delivery.giveUpAt,
  nextAttemptAt: delivery.status === 'PENDING' ? delivery.nextAttemptAt : null,
  deliveredAt: delivery.status === 'DELIVERED' ? delivery.deliveredAt : null,
});

export function toDelivery(row: DeliveryRow): Delivery {
  const { status, nextAttemptAt, leasedUntil, lease: _, notedAt: _notedAt, deliveredAt, ...told } = row;
  // `toState` wrote the columns that belong to the status.
  switch (status) {
    case 'PENDING':
      return { ...told, status, nextAttemptAt, leasedUntil } as Pending;
    case 'DELIVERED':
      return { ...told, status, deliveredAt: deliveredAt as Date };
    case 'FAILED':
      return { ...told, status };
  }
}

const noTrials = { started: 0, succeeded: 0, failed: 0 };

export const toCircuitColumns = (circuit: Circuit): Omit<CircuitRow, 'target'> => ({
  ...noTrials,
  reopensAt: null,
  ...circuit,
});

export function toCircuit({ state, generation, reopensAt, started, succeeded, failed }: CircuitRow): Circuit {
  switch (state) {
    case 'CLOSED':
      return { state, generation };
    case 'OPEN':
      return { state, generation, reopensAt: reopensAt as Date };
    case 'HALF_OPEN':
      return { state, generation, reopensAt: reopensAt as Date, started, succeeded, failed };
  }
}
