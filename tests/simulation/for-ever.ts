/** What the dead wait for. A promise of its own each time: one for all would keep whatever ever waited for it. */
export const forEver = (): Promise<never> => new Promise(() => undefined);
