import type { Broker } from '@frontrow/events/broker';

/**
 * The subject on which `concerts` reports each ticket that its fan left, once the ticket's pass opens nothing any more. A message is
 * the ticket's id.
 */
const subject = 'concerts.pass-closed';

/** How long a fan who leaves waits for this report at the most, in ms. */
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
 * One message on core NATS for each ticket, at most once, kept by nobody. It decides nothing: the ticket has ended once its end is
 * committed, and the event about it reaches `concerts` in any case. The message only says when the fan who left can be answered.
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
