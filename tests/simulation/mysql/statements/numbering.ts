import type { Table } from '../storage/table.ts';
import type { Value, Values } from '../storage/types.ts';

/**
 * The numbers of AUTO_INCREMENT that one statement gives its rows. They are taken at its beginning, as many as it has
 * rows without one; what a row does not use, because it was there before, the next one gets.
 */
export class Numbering {
  readonly #table: Table;
  readonly #column: number | undefined;
  #next: number;
  #firstGiven = 0;
  #last = 0;

  constructor(table: Table, rows: readonly Values[]) {
    this.#table = table;
    this.#column = table.schema.autoIncrement;
    this.#next = table.nextNumber;
    table.nextNumber += rows.filter((row) => this.#isWanted(row)).length;
  }

  /** What mysql2 calls `insertId`. */
  get insertId(): number {
    return this.#firstGiven || this.#last;
  }

  number(row: Values): Values {
    if (!this.#isWanted(row)) return row;
    return row.with(this.#column as number, this.#next);
  }

  /** The row was inserted. */
  inserted(row: Values): void {
    if (this.#column === undefined) return;
    const number = row[this.#column] as number;
    if (number === this.#next) {
      this.#next++;
      this.#firstGiven ||= number;
    }
    this.#table.nextNumber = Math.max(this.#table.nextNumber, number + 1);
    this.#last = number;
  }

  /** The row was there, and is another one now. */
  updated(row: Values): void {
    if (this.#column !== undefined) this.#last = row[this.#column] as number;
  }

  #isWanted(row: Values): boolean {
    if (this.#column === undefined) return false;
    const given: Value | undefined = row[this.#column];
    return given === null || given === 0;
  }
}
