import type { IncomingMessage } from 'node:http';
import type { Log } from './log.ts';
import type { Subscriber } from './subscriber.ts';

/** Where an operation comes from, whatever carries it. */
export interface Origin {
  readonly address: string;
  /** The User-Agent header of the request that it came with, or that opened its WebSocket. */
  readonly agent: string | undefined;
}

export interface TransportOptions {
  /** Who comes with this Authorization header, if any. @throws a GraphQLError when it is not valid */
  readonly authenticate: (authorization: string | undefined, origin: Origin) => Promise<Subscriber>;
  /** Whether a connection is to be refused before anything else is done, and with which HTTP status. */
  readonly refuse: (
    request: IncomingMessage,
  ) => { status: number; headers?: Record<string, string> } | undefined;
  /** Where a request comes from, for the limits of those who are nobody in particular. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** How many connections such a one may have open at a time. */
  readonly mostConnections: (subscriber: Subscriber) => number;
  /** Of a message that a client sends over a WebSocket. */
  readonly maxMessageBytes: number;
  readonly fill: Fill;
  readonly log: Log;
}

/**
 * A result as JSON may have marks where long texts belong, of which only the host knows. It puts them in when the result is
 * sent: undefined when there are none. When it fails, the client is sent away, and comes back.
 */
export type Fill = (
  text: string,
) => Promise<{ readonly pieces: readonly Buffer[]; readonly release: () => void }> | undefined;

/** Whose limits count: the viewer's wherever they come from, and the address's for all who are nobody in particular. */
export const holderOf = ({ key }: Subscriber, address: string): string =>
  key === null ? `address ${address}` : `viewer ${key}`;
