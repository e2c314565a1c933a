import type { Metrics } from '@frontrow/kit/metrics';
import type { EntityManager } from 'typeorm';
import type { Target } from './domain/audience.ts';
import type { Circuit } from './domain/circuit.ts';
import { findCircuits } from './storage/circuits.ts';

const openness: Readonly<Record<Circuit['state'], number>> = { CLOSED: 0, HALF_OPEN: 0.5, OPEN: 1 };

/** Tells which outside systems nothing is sent to for now, as all replicas have agreed. */
export function measureCircuits(manager: EntityManager, targets: readonly Target[], metrics: Metrics): void {
  metrics.gauges(['frontrow_circuit_open'], async () => {
    const circuits = await findCircuits(manager, targets);
    return circuits.map(
      ({ target, circuit }) => ['frontrow_circuit_open', openness[circuit.state], target] as const,
    );
  });
}
