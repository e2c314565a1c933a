import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Target } from '../domain/audience.ts';
import type { Circuit } from '../domain/circuit.ts';
import { circuitRows } from './entities.ts';
import { toCircuit, toCircuitColumns } from './mapping.ts';

// The migration made a row for each target.

export async function findCircuit(manager: EntityManager, target: Target): Promise<Circuit> {
  return toCircuit(await manager.findOneByOrFail(circuitRows, { target }));
}

/** Waits for whoever is changing it; from then on only this transaction can. */
export async function lockCircuit(manager: EntityManager, target: Target): Promise<Circuit> {
  const lock = { mode: 'pessimistic_write' } as const;
  return toCircuit(await manager.findOneOrFail(circuitRows, { where: { target }, lock }));
}

export async function updateCircuit(manager: EntityManager, target: Target, circuit: Circuit): Promise<void> {
  await manager.update(circuitRows, { target }, toCircuitColumns(circuit));
}

/** In the order of their names. */
export async function findCircuits(
  manager: EntityManager,
  targets: readonly Target[],
): Promise<{ target: Target; circuit: Circuit }[]> {
  const rows = await manager.find(circuitRows, {
    where: { target: In([...targets]) },
    order: { target: 'ASC' },
  });
  return rows.map((row) => ({ target: row.target, circuit: toCircuit(row) }));
}
