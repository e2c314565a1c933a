import type { Metrics } from '@frontrow/kit/metrics';
import type { EntityManager } from 'typeorm';
import type { SagaStatus } from './domain/saga.ts';
import { countOpenDeadLetters } from './storage/dead-letters.ts';
import { countByBroken, countByStatus } from './storage/sagas.ts';

/** The statuses of purchases that have not ended: there are few of these, whatever has been sold. */
const underWay: readonly SagaStatus[] = ['AWAITING_PAYMENT', 'RUNNING', 'COMPENSATING', 'STALLED'];

/** Measures where purchases stand, which of them break an invariant, and how many dead letters wait for an operator. */
export function measureSagas(manager: EntityManager, metrics: Metrics): void {
  metrics.gauges(['frontrow_sagas'], async () => {
    const counts = await countByStatus(manager, underWay);
    return [...counts].map(([status, count]) => ['frontrow_sagas', count, status] as const);
  });
  metrics.gauges(['frontrow_broken_invariants'], async () => {
    const counts = await countByBroken(manager);
    return [...counts].map(([invariant, count]) => ['frontrow_broken_invariants', count, invariant] as const);
  });
  metrics.gauges(['frontrow_dead_letters_open'], async () => [
    ['frontrow_dead_letters_open', await countOpenDeadLetters(manager)],
  ]);
}
