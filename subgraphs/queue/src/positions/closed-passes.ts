import type { Broker } from '@frontrow/events/broker';

/** On this, `concerts` names each ticket that a fan left, once it has taken that in: the ticket's id as text. */
const subject = 'concerts.pass-closed';

/** How long somebody who leaves waits for that at the most, in ms. */
const patienceMs = 2_000;

/** Hears from `concerts` whose passes open nothing any more. */
export interface ClosedPasses {
  /**
   * Resolves when the ticket's pass is closed; after two seconds all the same, and at once while there is no broker to tell of it.
   * Call it before the end of the ticket is committed, or the news may come first.
   */
  closing(ticketId: string): Promise<void>;
  stop(): void;
}

/**
 * One message on core NATS for each ticket, at most once, kept by nobody. It decides nothing: the ticket has ended when that is
 * committed, and the event which says so reaches `concerts` in any case. It only lets the answer to a fan who leaves wait for that.
 */
export function hearClosedPasses({ connection, isConnected }: Broker): ClosedPasses {
  /** What to do when a ticket's pass is closed, by the ticket's id. */
  const waiting = new Map<string, Set<() => void>>();
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      if (error !== null) return;
      for (const done of waiting.get(message.string()) ?? []) done();
    },
  });
  return {
    closing: (ticketId) =>
      new Promise((resolve) => {
        const callers = waiting.get(ticketId) ?? new Set();
        const done = () => {
          clearTimeout(giveUp);
          callers.delete(done);
          if (callers.size === 0) waiting.delete(ticketId);
          resolve();
        };
        const giveUp = setTimeout(done, isConnected() ? patienceMs : 0);
        waiting.set(ticketId, callers.add(done));
      }),
    stop: () => {
      subscription.unsubscribe();
    },
  };
}
