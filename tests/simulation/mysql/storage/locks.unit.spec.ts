import { setImmediate as settled } from 'node:timers/promises';
import { Lockable, LockOwner } from './locks.ts';
import type { Mode } from './locks.ts';

let row: Lockable;
let granted: string[];
beforeEach(() => {
  row = new Lockable();
  granted = [];
});

const owner = () => new LockOwner();
const ask = (name: string, who: LockOwner, mode: Mode, what = row) => {
  if (who.tryLock(what, mode) !== 'conflict') granted.push(name);
  else void who.waitFor(what, mode).then(() => granted.push(name));
};

describe('a row lock', () => {
  it('is shared by transactions that only want the row to stay', () => {
    ask('one', owner(), 'shared');
    ask('other', owner(), 'shared');
    expect(granted).toEqual(['one', 'other']);
  });

  it('is given in the order in which it was asked for', async () => {
    const [first, second, third] = [owner(), owner(), owner()];
    ask('first', first, 'exclusive');
    ask('second', second, 'exclusive');
    ask('third', third, 'exclusive');
    first.unlockAll();
    await settled();
    expect(granted).toEqual(['first', 'second']);
    second.unlockAll();
    await settled();
    expect(granted).toEqual(['first', 'second', 'third']);
  });

  it('is not shared past a transaction that waits for an exclusive one', async () => {
    const first = owner();
    ask('first', first, 'shared');
    ask('second', owner(), 'exclusive');
    ask('third', owner(), 'shared');
    expect(granted).toEqual(['first']);
    first.unlockAll();
    await settled();
    expect(granted).toEqual(['first', 'second']);
  });

  it('is granted at once to all who may share it', async () => {
    const first = owner();
    ask('first', first, 'exclusive');
    ask('second', owner(), 'shared');
    ask('third', owner(), 'shared');
    first.unlockAll();
    await settled();
    expect(granted).toEqual(['first', 'second', 'third']);
  });

  it('that a transaction has need not be requested again', () => {
    const one = owner();
    expect(one.tryLock(row, 'exclusive')).toBe('new');
    expect(one.tryLock(row, 'shared')).toBe('had');
    expect(one.tryLock(row, 'exclusive')).toBe('had');
  });

  it('is free for the next in line when a waiting transaction goes away', async () => {
    const [first, second] = [owner(), owner()];
    ask('first', first, 'shared');
    ask('second', second, 'exclusive');
    ask('third', owner(), 'shared');
    second.unlockAll();
    await settled();
    expect(granted).toEqual(['first', 'third']);
  });
});

describe('a deadlock', () => {
  const deadlock = expect.objectContaining({ errno: 1213 }) as unknown;
  const errorOf = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };

  it('is noticed by the transaction that closes the cycle, which does not wait', () => {
    const rows = [new Lockable(), new Lockable(), new Lockable()];
    const owners = rows.map(owner);
    for (const [i, one] of owners.entries()) ask('own', one, 'exclusive', rows[i]);
    ask('next', owners[0]!, 'exclusive', rows[1]);
    ask('next', owners[1]!, 'exclusive', rows[2]);
    expect(owners[2]!.tryLock(rows[0]!, 'exclusive')).toBe('conflict');
    expect(errorOf(() => owners[2]!.waitFor(rows[0]!, 'exclusive'))).toEqual(deadlock);
  });

  it('exists if two share a row and both want it exclusively', () => {
    const [one, other] = [owner(), owner()];
    ask('one', one, 'shared');
    ask('other', other, 'shared');
    ask('one', one, 'exclusive');
    expect(errorOf(() => other.waitFor(row, 'exclusive'))).toEqual(deadlock);
  });

  it('exists if one wants a row exclusively that another one has asked for in between', () => {
    const [one, other] = [owner(), owner()];
    ask('one', one, 'shared');
    ask('other', other, 'exclusive');
    expect(errorOf(() => one.waitFor(row, 'exclusive'))).toEqual(deadlock);
  });

  it('does not exist if transactions only queue', () => {
    const [one, second, third] = [owner(), owner(), owner()];
    ask('one', one, 'exclusive');
    ask('second', second, 'exclusive');
    expect(errorOf(() => third.waitFor(row, 'exclusive'))).toBeInstanceOf(Promise);
  });
});
