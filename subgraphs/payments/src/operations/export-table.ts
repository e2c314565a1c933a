import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import type { EntityManager } from 'typeorm';
import type { ExportPage } from '../storage/exports.ts';

/** Reads a page of a table for an operator. The log of operators records the start of an export, not each page. */
export function exportTable(
  outbox: Outbox,
  acting: Acting,
  find: (manager: EntityManager, after: string) => Promise<ExportPage>,
  after: string | undefined,
): Promise<ExportPage> {
  if (after !== undefined) return find(outbox.database.manager, after);
  return act(outbox, acting, async ({ manager }) => ({
    ...{ answer: await find(manager, '0'), subjectId: acting.action, before: null, after: null },
  }));
}
