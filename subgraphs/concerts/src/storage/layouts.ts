import { insertMissingRows } from '@frontrow/kit/many-rows';
import type { EntityManager } from 'typeorm';

/** How a stored layout is compressed, by the names that HTTP uses (RFC 9110, section 8.4.1). */
export type LayoutEncoding = 'br' | 'gzip';

export interface StoredLayout {
  /** The SHA-256 of the text, in hex. */
  readonly name: string;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

/** The name of the schedule's layout; undefined if it has none yet. */
export async function findLayoutName(
  manager: EntityManager,
  scheduleId: string,
): Promise<string | undefined> {
  const [row] = await manager.query<{ layout: string }[]>(
    'SELECT layout FROM schedule_layouts WHERE schedule_id = ?',
    [scheduleId],
  );
  return row?.layout;
}

/** @returns the name of the layout that the schedule has from now on, which is another one if it had one already */
export async function insertLayout(
  manager: EntityManager,
  scheduleId: string,
  { name, br, gzip }: StoredLayout,
): Promise<string> {
  await insertMissingRows(manager, 'layouts', [{ name, br, gzip }]);
  // The name is stored last, so that a layout can be read as soon as it has a name. If two replicas make it at once, the first
  // one counts.
  await insertMissingRows(manager, 'schedule_layouts', [{ schedule_id: scheduleId, layout: name }]);
  const kept = await findLayoutName(manager, scheduleId);
  if (kept === undefined) throw new Error(`the layout of ${scheduleId} was neither inserted nor found`);
  return kept;
}

export async function readLayout(
  manager: EntityManager,
  name: string,
  encoding: LayoutEncoding,
): Promise<Buffer | null> {
  const [row] = await manager.query<{ content: Buffer }[]>(
    `SELECT ${encoding === 'br' ? 'br' : 'gzip'} AS content FROM layouts WHERE name = ?`,
    [name],
  );
  return row?.content ?? null;
}
