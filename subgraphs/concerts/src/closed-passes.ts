import type { Broker } from '@frontrow/events/broker';

/**
 * The subject on which queue hears of each ticket that its fan left and whose pass opens nothing any more. A message is the
 * ticket's id.
 */
const subject = 'concerts.pass-closed';

/** One message on core NATS for each ticket. Nothing stores it, because whoever waits for it does so for two seconds only. */
export const tellClosedBy =
  ({ connection, isConnected }: Broker) =>
  (ticketId: string): void => {
    if (isConnected()) connection.publish(subject, ticketId);
  };
