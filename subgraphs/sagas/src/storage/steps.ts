import type { EntityManager } from 'typeorm';
import { insertRows } from '@frontrow/kit/many-rows';
import { isTraceparent } from '@frontrow/kit/trace';
import type { Step } from '../domain/step.ts';

/** Adds to the log what it does not have yet. */
export const insertSteps = (manager: EntityManager, steps: readonly Step[]): Promise<void> =>
  insertRows(
    manager,
    'steps',
    steps.map(({ eventId, sagaId, name, service, status, at, heardAt, data, error, traceparent }) => ({
      ...{ event_id: eventId, saga_id: sagaId, name, service, status, at, heard_at: heardAt },
      ...{ data: JSON.stringify(data), error, traceparent: isTraceparent(traceparent) ? traceparent : null },
    })),
  );

export async function findSteps(manager: EntityManager, sagaIds: readonly string[]): Promise<Step[]> {
  if (sagaIds.length === 0) return [];
  const rows = await manager.query<(Omit<Step, 'data'> & { data: string })[]>(
    `SELECT event_id AS eventId, saga_id AS sagaId, name, service, status, at, heard_at AS heardAt, data, error,
       traceparent
     FROM steps WHERE saga_id IN (?)`,
    [sagaIds],
  );
  return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as Step['data'] }));
}

export async function isLogEmpty(manager: EntityManager): Promise<boolean> {
  return (await manager.query<unknown[]>('SELECT 1 FROM steps LIMIT 1')).length === 0;
}

/** Makes these consumers handle again what they have handled before. */
export async function forgetHandled(manager: EntityManager, consumers: readonly string[]): Promise<void> {
  await manager.query('DELETE FROM inbox WHERE consumer IN (?)', [consumers]);
}
