import { PasswordQueue } from './password-queue.ts';

const never = () => new Promise<never>(() => undefined);
const full = { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 2 } };

describe('the queue of those whose passwords are hashed', () => {
  it('sends away whoever finds it full, and lets in as many as leave', async () => {
    const queue = new PasswordQueue(4);
    const leaving: (() => void)[] = [];
    const waiting = ['a', 'a', 'b', 'b'].map((address) =>
      queue.enter(address, () => new Promise<void>((leave) => leaving.push(leave))),
    );
    await expect(queue.enter('c', never)).rejects.toMatchObject(full);
    leaving[0]?.();
    await waiting[0];
    expect(await queue.enter('c', () => Promise.resolve('in'))).toBe('in');
  });

  it('gives no more than half of its places to one address', async () => {
    const queue = new PasswordQueue(4);
    void queue.enter('a', never);
    void queue.enter('a', never);
    await expect(queue.enter('a', never)).rejects.toMatchObject(full);
    expect(await queue.enter('b', () => Promise.resolve('in'))).toBe('in');
  });

  it('is left by who failed, too', async () => {
    const queue = new PasswordQueue(1);
    await expect(queue.enter('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await queue.enter('a', () => Promise.resolve('in'))).toBe('in');
  });
});
