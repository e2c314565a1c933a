import type { IncomingMessage } from 'node:http';
import type { Log } from './log.ts';
import type { Subscriber } from './subscriber.ts';

/** Where an operation comes from, whatever transport carries it. */
export interface Origin {
  readonly address: string;
  /** The User-Agent header of the operation's request, or of the request that opened its WebSocket. */
  readonly agent: string | undefined;
}

export interface TransportOptions {
  /**
   * The subscriber with this Authorization header, or without one.
   * @throws a GraphQLError if it is not valid
   */
  readonly authenticate: (authorization: string | undefined, origin: Origin) => Promise<Subscriber>;
  /** Whether to refuse a connection before anything else is done, and with which HTTP status. */
  readonly refuse: (
    request: IncomingMessage,
  ) => { status: number; headers?: Record<string, string> } | undefined;
  /** The address of a request, for the limits of clients that are not logged in. */
  readonly addressOf: (request: IncomingMessage) => string;
  /**
   * Calls `begin` when it is the address's turn; of one address in the order in which it was asked. Messages that arrive together
   * would otherwise keep everybody else waiting.
   */
  readonly takeTurn: (address: string, begin: () => void) => void;
  /** How many connections such a client may have open at a time. */
  readonly mostConnections: (subscriber: Subscriber) => number;
  /** The largest message that a client may send over a WebSocket. */
  readonly maxMessageBytes: number;
  readonly fill: Fill;
  readonly log: Log;
}

/**
 * The JSON of a result may contain marks in the places of long texts, which only the host knows. The host puts these in when the
 * result is sent. Undefined if there are none. If it fails, the client is disconnected, and comes back.
 */
export type Fill = (
  text: string,
) => Promise<{ readonly pieces: readonly Buffer[]; readonly release: () => void }> | undefined;

/** Whose limits count: the viewer's, wherever they come from; for clients that are not logged in, those of the address. */
export const holderOf = ({ key }: Subscriber, address: string): string =>
  key === null ? `address ${address}` : `viewer ${key}`;
