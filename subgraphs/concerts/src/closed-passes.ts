import type { Broker } from '@frontrow/events/broker';

/** On this, queue hears of each ticket that its fan left and whose pass opens nothing any more: the ticket's id as text. */
const subject = 'concerts.pass-closed';

/** One message on core NATS for each: whoever waits for it does so for two seconds, so it is worth nothing later. */
export const tellClosedBy =
  ({ connection, isConnected }: Broker) =>
  (ticketId: string): void => {
    if (isConnected()) connection.publish(subject, ticketId);
  };
