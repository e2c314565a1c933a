import { errors, ServerError } from '../errors.ts';
import { LockOwner } from './locks.ts';
import type { Row, Table } from './table.ts';
import type { Values } from './types.ts';

interface Change {
  readonly table: Table;
  readonly row: Row;
  readonly before: Values | null;
}

interface Savepoint {
  readonly mark: number;
  /**
   * Whether the savepoint was set before the transaction began. The storage engine does not know such a one, so a return to it
   * ends everything.
   */
  readonly isBeginning: boolean;
}

/** What a connection has changed and not committed, and how to undo it. */
export class Transaction extends LockOwner {
  #changes: Change[] = [];
  readonly #savepoints = new Map<string, Savepoint>();
  /** Whether the transaction has executed a statement. */
  hasBegun = false;

  /** The number of changes so far: a mark to which `undo` can return. */
  get mark(): number {
    return this.#changes.length;
  }

  /**
   * Changes a row of which it has the exclusive lock.
   * @param next null deletes the row
   */
  write(table: Table, row: Row, next: Values | null): void {
    this.#changes.push({ table, row, before: row.latest });
    row.writer = this;
    table.put(row, next);
  }

  commit(): void {
    const versions = new Map<Row, { table: Table; former: (Values | null)[] }>();
    for (const { table, row, before } of this.#changes) {
      const known = versions.get(row);
      if (known === undefined) versions.set(row, { table, former: [before] });
      else known.former.push(before);
    }
    for (const [row, { table, former }] of versions) table.settle(row, former);
    this.#end();
  }

  rollback(): void {
    this.undo(0);
    this.#end();
  }

  /** Undoes all changes after the mark. Locks stay, except those of rows that no longer exist. */
  undo(mark: number): void {
    while (this.#changes.length > mark) {
      const { table, row, before } = this.#changes.pop() as Change;
      table.takeBack(row, before);
      if (this.#changes.some((change) => change.row === row)) continue;
      row.writer = undefined;
      if (row.committed === null) this.unlock(row);
    }
  }

  savepoint(name: string): void {
    this.#savepoints.delete(name);
    this.#savepoints.set(name, { mark: this.mark, isBeginning: !this.hasBegun });
  }

  rollbackTo(name: string): void {
    const { mark, isBeginning } = this.#find(name);
    this.undo(mark);
    if (isBeginning) this.unlockAll();
    this.#forgetAfter(name);
  }

  release(name: string): void {
    this.#find(name);
    this.#forgetAfter(name);
    this.#savepoints.delete(name);
  }

  #find(name: string): Savepoint {
    const savepoint = this.#savepoints.get(name);
    if (savepoint !== undefined) return savepoint;
    throw new ServerError(errors.noSavepoint, `SAVEPOINT ${name} does not exist`);
  }

  #forgetAfter(name: string): void {
    const names = [...this.#savepoints.keys()];
    for (const later of names.slice(names.indexOf(name) + 1)) this.#savepoints.delete(later);
  }

  #end(): void {
    this.#changes = [];
    this.#savepoints.clear();
    this.unlockAll();
  }
}
