import type { Broker } from '@frontrow/events/broker';
import type { LineChange } from '../domain/line-change.ts';

const subject = 'queue.line-changed';

/** How replicas tell each other about changes of their lines. */
export interface LineNews {
  tell(change: LineChange): void;
  stop(): void;
}

/** One message on core NATS for each change of a line: delivered at most once, in no certain order, and not stored. */
export function openLineNews(
  { connection, isConnected }: Broker,
  hear: (change: LineChange) => void,
): LineNews {
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      // A service can have the broker send an event to any subject, but the message keeps the subject under which it was published.
      if (error === null && message.subject === subject) hear(message.json<LineChange>());
    },
  });
  return {
    tell: (change) => {
      // The message is worth nothing later, and would only fill the memory of a process that waits for the broker.
      if (isConnected()) connection.publish(subject, JSON.stringify(change));
    },
    stop: () => {
      subscription.unsubscribe();
    },
  };
}
