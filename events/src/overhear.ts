import { allPartitionsOf } from './broker.ts';
import type { Broker } from './broker.ts';
import { envelope } from './contract.ts';
import type { DataOf, EventContract } from './contract.ts';
import { checkRoute } from './routes.ts';

/** Events that a process receives as they are published, whoever handles them. */
export interface Overhearing {
  stop(): void;
}

/**
 * Calls `listener` for events as they pass, by a plain NATS subscription beside the stream: about 1 ms after their commit, from
 * whichever replica, but at most once, and never for events during a time without a connection. The listener must find out by
 * other means what it missed.
 * @param isWanted whether anybody wants to know now; while nobody does, no event is parsed
 * @throws when the table of routes does not let the service overhear one of them
 */
export function overhear<Contract extends EventContract>(
  broker: Broker,
  contracts: readonly Contract[],
  listener: (data: DataOf<Contract>, traceparent: string | undefined) => void,
  isWanted: () => boolean = () => true,
): Overhearing {
  for (const { type } of contracts) checkRoute(broker.service, 'overhear', type);
  const subscriptions = contracts.map((contract) =>
    broker.connection.subscribe(allPartitionsOf(contract.type), {
      callback: (error, message) => {
        if (!isWanted()) return;
        const heard = error === null ? read(contract, message.string()) : undefined;
        if (heard !== undefined) listener(heard.data, heard.traceparent);
      },
    }),
  );
  return {
    stop: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

/** Undefined for a message that breaks the contract; it becomes a dead letter where it is handled. */
function read<Contract extends EventContract>(
  { data }: Contract,
  text: string,
): { data: DataOf<Contract>; traceparent: string | undefined } | undefined {
  try {
    const event = envelope.parse(JSON.parse(text));
    return { data: data.parse(event.data) as DataOf<Contract>, traceparent: event.traceparent };
  } catch {
    return undefined;
  }
}
