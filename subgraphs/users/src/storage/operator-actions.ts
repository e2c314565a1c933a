import type { DataOf } from '@frontrow/events/contract';
import type { operatorActed } from '@frontrow/events/contracts/operators';
import type { EntityManager } from 'typeorm';

// Rows are added here, and never changed.

/** One action that somebody took as an operator. */
export interface OperatorAction {
  readonly id: string;
  readonly by: DataOf<typeof operatorActed>['by'];
  readonly operatorId: string | null;
  readonly action: string;
  readonly subjectId: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly at: Date;
}

/** Adds an action once, however often the event arrives. */
export async function insertAction(
  manager: EntityManager,
  acted: DataOf<typeof operatorActed>,
): Promise<void> {
  const { actionId, by, operatorId, action, subjectId, before, after, at } = acted;
  // IGNORE, because a trigger refuses every update of a row, even one that changes nothing.
  await manager.query(
    `INSERT IGNORE INTO operator_actions
       (id, acted_by, operator_id, action, subject_id, state_before, state_after, acted_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [actionId, by, operatorId, action, subjectId, toJson(before), toJson(after), new Date(at)],
  );
}

export interface PageOfActions {
  readonly operatorId: string | undefined;
  readonly action: string | undefined;
  /** Only actions before this one. */
  readonly before: string | undefined;
  readonly count: number;
}

/** Newest first: ids are UUIDv7, so their order is that of time. */
export async function findActions(manager: EntityManager, page: PageOfActions): Promise<OperatorAction[]> {
  const conditions = Object.entries({
    'operator_id = ?': page.operatorId,
    'action = ?': page.action,
    'id < ?': page.before,
  }).filter((condition): condition is [string, string] => condition[1] !== undefined);
  // The columns are ASCII, and comparing them with other text is an error in the database.
  if (!conditions.every(([, value]) => /^\p{ASCII}*$/u.test(value))) return [];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`;
  const rows = await manager.query<Row[]>(
    `SELECT id, acted_by AS \`by\`, operator_id AS operatorId, action, subject_id AS subjectId,
       state_before AS \`before\`, state_after AS \`after\`, acted_at AS at
     FROM operator_actions ${where} ORDER BY id DESC LIMIT ?`,
    [...conditions.map(([, value]) => value), page.count],
  );
  return rows.map((row) => ({ ...row, before: fromJson(row.before), after: fromJson(row.after) }));
}

type Row = Omit<OperatorAction, 'before' | 'after'> & {
  readonly before: string | null;
  readonly after: string | null;
};

const toJson = (state: unknown) => (state === null ? null : JSON.stringify(state));
const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
