import type { Database } from '../storage/database.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Values } from '../storage/types.ts';

/** What a statement has in hand while it is executed. */
export class Frame {
  readonly database: Database;
  readonly transaction: Transaction;
  readonly connectionId: number;
  readonly parameters: readonly unknown[];
  /** When the statement began, in ms. */
  readonly now: number;
  /** The rows that expressions look at, by slot. */
  readonly rows: Values[] = [];
  /** What does not change during a statement, so that it is worked out once. */
  readonly memos: unknown[] = [];
  /** The rows that aggregates are over: of each source one. */
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

  /** Puts rows where expressions look. */
  lookAt(slots: readonly number[], rows: readonly Values[]): void {
    for (let i = 0; i < slots.length; i++) this.rows[slots[i] as number] = rows[i] as Values;
  }

  /** The rows that expressions look at now. */
  inSlots(slots: readonly number[]): Values[] {
    return slots.map((slot) => this.rows[slot] as Values);
  }
}
