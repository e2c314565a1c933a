import type { Pool } from 'mysql2';

interface StepRow {
  at: Date;
  service: string;
  name: string;
  status: string;
  error: string | null;
}

/** The log of a saga: a line for each step, in the order in which they happened. */
export async function sagaLog(sagas: Pool, id: string): Promise<string[]> {
  const [steps] = await sagas
    .promise()
    .query('SELECT at, service, name, status, error FROM steps WHERE saga_id = ? ORDER BY at, event_id', [
      id,
    ]);
  return (steps as StepRow[]).map(({ at, service, name, status, error }) => {
    const [reason] = (error ?? '').split('\n');
    return `${at.toISOString()} ${service}: ${name} ${status}${reason ? ` (${reason})` : ''}`;
  });
}
