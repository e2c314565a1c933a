import { affectedRows } from '@frontrow/kit/database';
import type { EntityManager } from 'typeorm';
import { repeatMs, sessionMs } from '../domain/session.ts';

const rowsAtATime = 1_000;

/** Deletes what can change no answer any more. Any replica may do it. */
export async function deleteExpired(manager: EntityManager, now: Date): Promise<'more' | 'done'> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const deletions: [table: string, column: string, before: Date][] = [
    ['throttles', 'due_at', now],
    // Used ones only: the session of an unused token as old as this is over, since each refresh counts anew.
    ['refresh_tokens', 'issued_at', ago(sessionMs + repeatMs)],
    ['sessions', 'expires_at', now],
  ];
  let outcome: 'more' | 'done' = 'done';
  for (const [table, column, before] of deletions) {
    const result: unknown = await manager.query(`DELETE FROM ${table} WHERE ${column} < ? LIMIT ?`, [
      before,
      rowsAtATime,
    ]);
    if (affectedRows(result) === rowsAtATime) outcome = 'more';
  }
  return outcome;
}
