import type { Outbox } from '../outbox.ts';

/** Replaces the nth transaction of a replica, counted from 1, with `around`; other transactions run as usual. */
function replaceTransaction(
  { database }: Outbox,
  nth: number,
  around: (run: () => Promise<unknown>) => Promise<unknown>,
): void {
  const transaction = database.transaction.bind(database) as (work: unknown) => Promise<unknown>;
  let left = nth;
  database.transaction = (work: unknown) => {
    if (--left > 0) return transaction(work);
    database.transaction = transaction;
    return around(() => transaction(work));
  };
}

/** Breaks the connection as the nth transaction commits: it is carried out, but the answer is lost. */
export const loseCommit = (outbox: Outbox, nth = 1): void => {
  replaceTransaction(outbox, nth, async (run) => {
    await run();
    throw Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
  });
};

/** Lets something happen just before the nth transaction begins. */
export const beforeTransaction = (outbox: Outbox, nth: number, happens: () => Promise<unknown>): void => {
  replaceTransaction(outbox, nth, async (run) => {
    await happens();
    return run();
  });
};
