import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import type { EntityManager } from 'typeorm';
import type { ExportPage } from '../storage/exports.ts';

/** Reads a page of a table for an operator. The log of operators records each page, because an operator could make up a cursor and begin anywhere. */
export function exportTable(
  outbox: Outbox,
  acting: Acting,
  find: (manager: EntityManager, after: string) => Promise<ExportPage>,
  after: string | undefined,
): Promise<ExportPage> {
  return act(outbox, acting, async ({ manager }) => {
    const answer = await find(manager, after ?? '0');
    const read = { from: after ?? null, rows: answer.rows.length };
    return { answer, subjectId: acting.action, before: null, after: read };
  });
}
