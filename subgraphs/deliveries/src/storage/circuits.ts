import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { columnsOf } from '@frontrow/kit/many-rows';
import type { Target } from '../domain/audience.ts';
import type { Circuit } from '../domain/circuit.ts';
import { circuitRows } from './entities.ts';
import type { CircuitRow } from './entities.ts';
import { toCircuit, toCircuitColumns } from './mapping.ts';

// The migration made a row for each target.

export const findCircuit = (manager: EntityManager, target: Target): Promise<Circuit> =>
  readCircuit(manager, target, '');

/** Waits for other transactions that change it; from then on only this one can. */
export const lockCircuit = (manager: EntityManager, target: Target): Promise<Circuit> =>
  readCircuit(manager, target, 'FOR UPDATE');

async function readCircuit(manager: EntityManager, target: Target, lock: string): Promise<Circuit> {
  const [row] = await manager.query<CircuitRow[]>(
    `SELECT ${columnsOf(circuitRows)} FROM circuits WHERE target = ? ${lock}`,
    [target],
  );
  if (row === undefined) throw new Error(`there is no circuit of ${target}`);
  return toCircuit(row);
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
