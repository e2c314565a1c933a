import { Mailbox } from './mailbox.ts';
import type { MailboxOptions } from './mailbox.ts';

const result = (n: number) => `{"data":{"n":${n}}}`;
const taken = (n: number) => ({ done: false, value: result(n) });
const done = { done: true, value: undefined };

function mailbox(options: Partial<MailboxOptions> = {}) {
  const calls: string[] = [];
  const box = new Mailbox({
    capacity: 1,
    whenFull: 'keep the latest',
    onOverflow: () => calls.push('overflow'),
    startOver: () => calls.push('start over'),
    onEnd: () => calls.push('end'),
    ...options,
  });
  return { box, calls };
}

describe('a mailbox', () => {
  it('hands over a result that is waited for', async () => {
    const { box } = mailbox();
    const next = box.next();
    box.put(result(1));
    expect(await next).toEqual(taken(1));
  });

  it('of states keeps only the latest', async () => {
    const { box } = mailbox();
    for (const n of [1, 2, 3]) box.put(result(n));
    expect(await box.next()).toEqual(taken(3));
  });

  it('of increments keeps all, until there are too many; then nothing, until the subscriber starts over', async () => {
    const { box, calls } = mailbox({ capacity: 2, whenFull: 'start over' });
    for (const n of [1, 2]) box.put(result(n));
    expect(await box.next()).toEqual(taken(1));
    expect(calls).toEqual([]);
    for (const n of [3, 4, 5]) box.put(result(n));
    expect(calls).toEqual(['overflow']);
    const next = box.next();
    expect(calls).toEqual(['overflow', 'start over']);
    box.put(result(9));
    expect(await next).toEqual(taken(9));
  });

  it('that is closed still delivers what is in it, then its error once, then nothing', async () => {
    const { box, calls } = mailbox();
    box.put(result(1));
    box.close(new Error('over'));
    box.put(result(2));
    expect(calls).toEqual(['end']);
    expect(await box.next()).toEqual(taken(1));
    await expect(box.next()).rejects.toThrow('over');
    expect(await box.next()).toEqual(done);
  });

  it('that its subscriber leaves ends at once, also for a reader that waits', async () => {
    const { box, calls } = mailbox();
    const next = box.next();
    await box.return();
    await box.return();
    expect(await next).toEqual(done);
    expect(calls).toEqual(['end']);
  });
});
