import type { EntityManager } from 'typeorm';
import { affectedRows } from '@frontrow/kit/database';
import type { Step } from '../domain/step.ts';

/** @returns false, and nothing is stored, when the log has this event */
export async function insertStep(manager: EntityManager, step: Step): Promise<boolean> {
  const result: unknown = await manager.query(
    `INSERT IGNORE INTO steps (event_id, saga_id, name, service, status, at, heard_at, data, error)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[step.eventId, step.sagaId, step.name, step.service, step.status, step.at, step.heardAt],
      ...[JSON.stringify(step.data), step.error],
    ],
  );
  return affectedRows(result) === 1;
}

export async function findSteps(manager: EntityManager, sagaIds: readonly string[]): Promise<Step[]> {
  if (sagaIds.length === 0) return [];
  const rows = await manager.query<(Omit<Step, 'data'> & { data: string })[]>(
    `SELECT event_id AS eventId, saga_id AS sagaId, name, service, status, at, heard_at AS heardAt, data, error
     FROM steps WHERE saga_id IN (?)`,
    [sagaIds],
  );
  return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as Step['data'] }));
}

export async function isLogEmpty(manager: EntityManager): Promise<boolean> {
  return (await manager.query<unknown[]>('SELECT 1 FROM steps LIMIT 1')).length === 0;
}

/** Lets these consumers handle again what they have handled before. */
export async function forgetHandled(manager: EntityManager, consumers: readonly string[]): Promise<void> {
  await manager.query('DELETE FROM inbox WHERE consumer IN (?)', [consumers]);
}
