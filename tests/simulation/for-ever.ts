/**
 * The promise that dead processes wait for. Each call makes a new one, because a shared one would keep everything that ever
 * waited for it.
 */
export const forEver = (): Promise<never> => new Promise(() => undefined);
