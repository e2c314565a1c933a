import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `expectation` does not throw any more.
 * @throws what it threw last, when that has not come true within `withinMs`
 */
export async function eventually<T>(expectation: () => T | Promise<T>, withinMs = 10_000): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
    await pause(20);
  }
}
