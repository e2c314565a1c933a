import type { Table } from '../storage/table.ts';
import type { Value, Values } from '../storage/types.ts';

/**
 * The numbers of AUTO_INCREMENT that one statement gives its rows. They are reserved at its beginning, one for each row without a
 * number. If a row does not use its number, because the row existed before, the next row gets it.
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

  /** This is what mysql2 calls `insertId`. */
  get insertId(): number {
    return this.#firstGiven || this.#last;
  }

  number(row: Values): Values {
    if (!this.#isWanted(row)) return row;
    return row.with(this.#column as number, this.#next);
  }

  /** Notes that the row was inserted. */
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

  /** Notes that the row existed, and has been changed. */
  updated(row: Values): void {
    if (this.#column !== undefined) this.#last = row[this.#column] as number;
  }

  #isWanted(row: Values): boolean {
    if (this.#column === undefined) return false;
    const given: Value | undefined = row[this.#column];
    return given === null || given === 0;
  }
}
