import type { Database } from '../storage/database.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Values } from '../storage/types.ts';

/** The state of a statement while it is executed. */
export class Frame {
  readonly database: Database;
  readonly transaction: Transaction;
  readonly connectionId: number;
  readonly parameters: readonly unknown[];
  /** When the statement began, in ms. */
  readonly now: number;
  /** The rows that expressions refer to, by slot. */
  readonly rows: Values[] = [];
  /** Values that do not change during a statement, so that they are computed once. */
  readonly memos: unknown[] = [];
  /** The rows that aggregates are computed over, one of each source. */
  group: readonly (readonly Values[])[] = [];

  constructor(
    connection: { id: number; database: Database },
    transaction: Transaction,
    parameters: readonly unknown[],
  ) {
    this.database = connection.database;
    this.connectionId = connection.id;
    this.transaction = transaction;
    this.parameters = parameters;
    this.now = connection.database.now().getTime();
  }

  /** Sets the rows that expressions refer to. */
  lookAt(slots: readonly number[], rows: readonly Values[]): void {
    for (let i = 0; i < slots.length; i++) this.rows[slots[i] as number] = rows[i] as Values;
  }

  /** The rows that expressions refer to now. */
  inSlots(slots: readonly number[]): Values[] {
    return slots.map((slot) => this.rows[slot] as Values);
  }
}
