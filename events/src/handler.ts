import { inTrace } from '@frontrow/kit/trace';
import type { EventContract, EventEnvelope, EventOf } from './contract.ts';
import type { Transaction } from './outbox.ts';

/** What a service does about events of one type, inside the transaction that also records them in the inbox. */
export interface Handler {
  readonly contract: EventContract;
  /**
   * Takes events that were not handled before, each once. When it throws, the batch is handled again in smaller parts. When handlers
   * of several types share one function, it takes the events of all these types together.
   */
  readonly handle: (tx: Transaction, events: readonly EventEnvelope[]) => Promise<void>;
}

/** Ties a handler to its contract, so that its events are typed and validated. It gets them one by one. */
export const handler = <Contract extends EventContract>(
  contract: Contract,
  handle: (tx: Transaction, event: EventOf<Contract>) => Promise<void>,
): Handler => ({
  contract,
  handle: async (tx, events) => {
    for (const event of events) {
      await inTrace(event.traceparent, () => handle(tx, event as EventOf<Contract>));
    }
  },
});

/**
 * Ties a handler of many events at once to their contract. It loads what all of them are about, decides about them one by one,
 * and stores everything together. Whatever it emits because of an event, it emits within `inTrace` of that event.
 */
export const batchHandler = <Contract extends EventContract>(
  contract: Contract,
  handle: (tx: Transaction, events: readonly EventOf<Contract>[]) => Promise<void>,
): Handler => ({ contract, handle: handle as Handler['handle'] });
