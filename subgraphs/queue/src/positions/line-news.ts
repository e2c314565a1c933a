import type { Broker } from '@frontrow/events/broker';
import type { LineChange } from '../domain/line-change.ts';

const subject = 'queue.line-changed';

/** How replicas tell each other what happens to their lines. */
export interface LineNews {
  tell(change: LineChange): void;
  stop(): void;
}

/** One message on core NATS for each change of a line: at most once, in no certain order, kept by nobody. */
export function openLineNews(
  { connection, isConnected }: Broker,
  hear: (change: LineChange) => void,
): LineNews {
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      // The broker hands out an event wherever it is asked to, under the subject that it was published under.
      if (error === null && message.subject === subject) hear(message.json<LineChange>());
    },
  });
  return {
    tell: (change) => {
      // News is worth nothing later: it would only fill the memory of a process that waits for the broker.
      if (isConnected()) connection.publish(subject, JSON.stringify(change));
    },
    stop: () => {
      subscription.unsubscribe();
    },
  };
}
