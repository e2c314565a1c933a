import { EventStreams } from './event-streams.ts';
import { FederatedSubscriptions } from './federated-subscriptions.ts';
import type { FederatedSubscriptionsOptions } from './federated-subscriptions.ts';
import { OpenConnections } from './open-connections.ts';
import { Operations } from './operations.ts';
import type { OperationsOptions } from './operations.ts';
import type { TransportOptions } from './transport.ts';
import { SubscriptionSockets } from './websocket-server.ts';

export type CreateOptions = FederatedSubscriptionsOptions & OperationsOptions & TransportOptions;

/** Puts the parts together: subscriptions, and both transports to clients. */
export function createFederatedSubscriptions(options: CreateOptions) {
  const subscriptions = new FederatedSubscriptions(options);
  const operations = new Operations(subscriptions, options);
  const connections = new OpenConnections();
  return {
    subscriptions,
    /** For the `upgrade` event of an HTTP server. */
    sockets: new SubscriptionSockets(operations, connections, options),
    /** For requests that accept `text/event-stream`. */
    eventStreams: new EventStreams(operations, connections, options),
    /** How many operations of clients are in progress at this moment. */
    underWay: () => operations.underWay,
    useSupergraph: (supergraphSdl: string) => {
      subscriptions.useSupergraph(supergraphSdl);
    },
    /** Sends all clients away within that time, and accepts no new ones. */
    drain: (withinMs: number) => connections.drain(withinMs),
    /** Ends the connections to subgraphs. */
    close: () => {
      subscriptions.close();
    },
  };
}
