import type { EntityManager } from 'typeorm';

/** How many rows a page has. */
const pageSize = 5_000;

type Cell = string | number | Date | null;

/** A page of a table that is exported. */
export interface ExportPage {
  readonly columns: string[];
  readonly rows: (string | null)[][];
  /** Where the next page begins; undefined if this is the last one. */
  readonly next: string | undefined;
}

/** Refunded payments after this id, in the order in which they were paid. */
export const findRefunds = (manager: EntityManager, after: string): Promise<ExportPage> =>
  findPage(
    manager,
    `SELECT id, reservation_id, user_id, amount, created_at AS paid_at, refunded_at, refund_reason
     FROM payments FORCE INDEX (PRIMARY) WHERE status = 'REFUNDED' AND id > ? ORDER BY id LIMIT ?`,
    after,
  );

/**
 * Lines of the ledger after this one. A line gets its number before it is committed, so lines with greater numbers may be there first.
 * This waits for lines whose transactions are under way; otherwise the next page would begin after them. Lines never change, so nobody else
 * waits for these locks.
 */
export const findLedger = (manager: EntityManager, after: string): Promise<ExportPage> =>
  findPage(
    manager,
    `SELECT sequence, movement_id, account, user_id, kind, amount, balance_after, payment_id, created_at
     FROM ledger_lines WHERE sequence > ? ORDER BY sequence LIMIT ? LOCK IN SHARE MODE`,
    after,
  );

/** @param sql a query whose first column orders the rows; all of its values must be greater than "0" */
async function findPage(manager: EntityManager, sql: string, after: string): Promise<ExportPage> {
  const found = await manager.query<Record<string, Cell>[]>(sql, [after, pageSize + 1]);
  const rows = found.slice(0, pageSize);
  return {
    columns: Object.keys(rows[0] ?? {}),
    rows: rows.map((row) => Object.values(row).map(textOf)),
    next:
      found.length > pageSize
        ? (textOf(Object.values(rows.at(-1) ?? {})[0] ?? null) ?? undefined)
        : undefined,
  };
}

const textOf = (cell: Cell): string | null =>
  cell instanceof Date ? cell.toISOString() : cell === null ? null : String(cell);
