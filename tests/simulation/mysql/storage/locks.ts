import { errors, ServerError } from '../errors.ts';

/*
 * Row locks as InnoDB has them under READ COMMITTED: shared locks (on the twin that an INSERT found, on the parent of a foreign
 * key) and exclusive ones. Requests queue in the order in which they came. Each waits for all conflicting requests before it,
 * even for those that are waiting themselves.
 */

export type Mode = 'shared' | 'exclusive';

/** A lock that a transaction has, or waits for. */
interface Lock {
  readonly owner: LockOwner;
  readonly row: Lockable;
  readonly mode: Mode;
  /** Called when the lock is granted; undefined if it has been. */
  resume: (() => void) | undefined;
}

/** Something that one transaction at a time may change. */
export class Lockable {
  /** The granted and the requested locks, in the order of the requests. */
  locks: Lock[] | undefined;
}

const conflicts = (lock: Lock, owner: LockOwner, mode: Mode): boolean =>
  lock.owner !== owner && (lock.mode === 'exclusive' || mode === 'exclusive');

/** A transaction, as far as locks are concerned. */
export class LockOwner {
  readonly #granted = new Set<Lock>();
  #waitsFor: Lock | undefined;

  /** @returns whether it has the lock now, and whether it had it before; 'conflict' if it would have to wait */
  tryLock(row: Lockable, mode: Mode): 'had' | 'new' | 'conflict' {
    const { locks } = row;
    if (locks !== undefined) {
      if (locks.some((lock) => isGrantedTo(this, lock, mode))) return 'had';
      if (locks.some((lock) => conflicts(lock, this, mode))) return 'conflict';
    }
    this.#grant(this.#enqueue(row, mode));
    return 'new';
  }

  /**
   * Waits for a lock that conflicts with others.
   * @throws ServerError if those that it would wait for wait for it, which is a deadlock
   */
  waitFor(row: Lockable, mode: Mode): Promise<void> {
    const lock = this.#enqueue(row, mode);
    this.#waitsFor = lock;
    if (this.#isAwaitedBy(lock)) {
      this.#remove(lock);
      throw new ServerError(
        errors.deadlock,
        'Deadlock found when trying to get lock; try restarting transaction',
      );
    }
    return new Promise((resolve) => {
      lock.resume = resolve;
    });
  }

  /** Gives back a lock that turned out not to be needed. */
  unlock(row: Lockable): void {
    const lock = row.locks?.findLast(({ owner }) => owner === this);
    if (lock !== undefined) this.#remove(lock);
  }

  unlockAll(): void {
    if (this.#waitsFor !== undefined) this.#remove(this.#waitsFor);
    for (const lock of this.#granted) this.#remove(lock);
  }

  #enqueue(row: Lockable, mode: Mode): Lock {
    const lock: Lock = { owner: this, row, mode, resume: undefined };
    if (row.locks === undefined) row.locks = [lock];
    else row.locks.push(lock);
    return lock;
  }

  #grant(lock: Lock): void {
    this.#waitsFor = undefined;
    this.#granted.add(lock);
    lock.resume?.();
    lock.resume = undefined;
  }

  #remove(lock: Lock): void {
    if (lock === this.#waitsFor) this.#waitsFor = undefined;
    this.#granted.delete(lock);
    const locks = lock.row.locks as Lock[];
    locks.splice(locks.indexOf(lock), 1);
    if (locks.length === 0) {
      lock.row.locks = undefined;
      return;
    }
    for (const waiting of [...locks]) {
      if (waiting.owner.#waitsFor === waiting && blockers(waiting).length === 0)
        waiting.owner.#grant(waiting);
    }
  }

  /** Whether a transaction that blocks `lock` waits, directly or through others, for its owner. */
  #isAwaitedBy(lock: Lock, seen = new Set<LockOwner>()): boolean {
    return blockers(lock).some(({ owner }) => {
      if (seen.has(owner)) return false;
      seen.add(owner);
      if (owner.#waitsFor === undefined) return false;
      return (
        blockers(owner.#waitsFor).some((blocker) => blocker.owner === this) ||
        this.#isAwaitedBy(owner.#waitsFor, seen)
      );
    });
  }
}

const isGrantedTo = (owner: LockOwner, lock: Lock, mode: Mode): boolean =>
  lock.owner === owner && (lock.mode === 'exclusive' || mode === 'shared');

/** The locks that `lock` has to wait for. */
function blockers(lock: Lock): Lock[] {
  const locks = lock.row.locks as Lock[];
  return locks.slice(0, locks.indexOf(lock)).filter((other) => conflicts(other, lock.owner, lock.mode));
}
