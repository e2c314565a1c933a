import { CloseCode } from 'graphql-ws';
import type { Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { atTime } from './at-time.ts';
import type { OpenConnection } from './open-connections.ts';
import type { Results } from './operations.ts';
import type { Subscriber } from './subscriber.ts';
import type { Origin, TransportOptions } from './transport.ts';

/** A client that sends messages and pings faster than this is disconnected. */
const mostMessagesPerSecond = 100;
const longestReason = 123;
/** What a client may leave unread before it is disconnected, in bytes. This is far more than one result of each subscription. */
const mostUnread = 8 * 1024 * 1024;

type ConnectionOptions = Pick<TransportOptions, 'fill' | 'takeTurn' | 'log'>;

/** The WebSocket of one client, as graphql-ws needs it. It keeps nothing of the request that opened it. */
export class WebSocketConnection implements OpenConnection {
  /** The header of the request that opened it. Pages in browsers cannot set it. */
  readonly authorization: string | undefined;
  readonly address: string;
  readonly agent: string | undefined;
  /** Known once the connection is acknowledged. */
  subscriber: Subscriber | undefined;
  /** The viewer or address whose limits count. */
  holder = '';
  /** Gives back its place among the connections of its address that have not said yet who they are. */
  leaveOpening: () => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  /** While a message is being sent piece by piece, no other may come in between. */
  #sendingPieces: Promise<void> | undefined;
  readonly #onEnd: (() => void)[] = [];
  #hasEnded = false;
  #isAlive = true;
  #second = 0;
  #messages = 0;
  /** How many messages wait for their turn. */
  #waiting = 0;

  constructor(
    socket: WebSocket,
    request: Origin & { authorization: string | undefined },
    options: ConnectionOptions,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.authorization = request.authorization;
    this.address = request.address;
    this.agent = request.agent;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Called once, as soon as it is clear that nothing more will be sent. */
  onEnd(then: () => void): void {
    this.#onEnd.push(then);
  }

  open(server: Server<WebSocketConnection>): void {
    const socket = this.#socket;
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (message) => this.#send(message),
        close: (code = 1000, reason = '') => this.close(code, reason),
        onMessage: (handle) => {
          socket.on('message', (data, isBinary) => this.#receive(handle, data, isBinary));
        },
      },
      this,
    );
    this.onEnd(() => {
      Promise.resolve(closed()).catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'ending subscriptions failed');
      });
    });
    // A malformed frame, or a broken connection; `close` follows.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.#isAlive = true));
    // Each ping is answered, so it costs as much as a message.
    socket.on('ping', () => this.#isTooMuch());
    socket.once('close', () => this.#end());
  }

  /** Sends the results of a subscription as they arrive: see `Sending`. */
  sending(id: string, results: Results): Sending {
    return new Sending(id, results, (message) => this.#send(message));
  }

  close(code: number, reason: string): void {
    // graphql-ws repeats what the client sent, and a closing frame has room for 123 bytes only.
    this.#socket.close(code, Buffer.byteLength(reason) > longestReason ? '' : reason);
    // The client may take its time to confirm, but its subscriptions end at once.
    this.#end();
  }

  /** When its token expires, the client gets a new one and comes back. After 4401, clients of graphql-ws would not. */
  expireAt(expiresAt: Date | undefined): void {
    const forget = atTime(expiresAt, () => this.close(CloseCode.Forbidden, 'The access token has expired'));
    if (forget !== undefined) this.onEnd(forget);
  }

  /** When the session of the token has ended, the client has to log in again. */
  endWhenRevoked({ whenRevoked }: Subscriber): void {
    const forget = whenRevoked?.(() => this.close(CloseCode.Unauthorized, 'The session has ended'));
    if (forget !== undefined) this.onEnd(forget);
  }

  beat(): void {
    if (!this.#isAlive || this.#socket.bufferedAmount > mostUnread) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  goAway(): void {
    this.close(1012, 'Service restart');
  }

  #receive(handle: (message: string) => Promise<void>, data: RawData, isBinary: boolean): void {
    if (this.#hasEnded || this.#isTooMuch()) return;
    if (isBinary) {
      this.close(CloseCode.BadRequest, 'Invalid message received');
      return;
    }
    // Nothing more is read meanwhile, so that not many messages can wait here.
    this.#waiting += 1;
    this.#socket.pause();
    this.#options.takeTurn(this.address, () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#socket.resume();
      if (!this.#hasEnded) this.#handle(handle, (data as Buffer).toString());
    });
  }

  #handle(handle: (message: string) => Promise<void>, message: string): void {
    handle(message).catch((error: unknown) => {
      // A message that only servers may send is well-formed, so graphql-ws takes it for a mistake of this server.
      if (error instanceof Error && error.message.startsWith('Unexpected message of type')) {
        this.close(CloseCode.BadRequest, 'Invalid message received');
        return;
      }
      this.#options.log.error({ err: error }, 'a message over a WebSocket could not be handled');
      this.close(CloseCode.InternalServerError, 'Internal server error');
    });
  }

  /** Counts one more message, and closes the connection if they come too fast. */
  #isTooMuch(): boolean {
    const second = Math.floor(Date.now() / 1000);
    this.#messages = second === this.#second ? this.#messages + 1 : 1;
    this.#second = second;
    if (this.#messages <= mostMessagesPerSecond) return false;
    if (!this.#hasEnded) this.close(CloseCode.TooManyInitialisationRequests, 'Too many messages');
    return true;
  }

  /**
   * @returns a promise for when the message has been sent, if that is not at once. Until then a subscription's next result waits,
   * or is replaced by a later one
   */
  #send(message: string): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return undefined;
    if (this.#sendingPieces !== undefined) return this.#sendingPieces.then(() => this.#send(message));
    const filling = this.#options.fill(message);
    if (filling !== undefined) {
      const sent = this.#sendPieces(filling).finally(() => (this.#sendingPieces = undefined));
      return (this.#sendingPieces = sent);
    }
    if (socket.bufferedAmount > mostUnread) {
      socket.terminate();
      return undefined;
    }
    let leave: () => void = () => undefined;
    socket.send(message, () => {
      leave();
    });
    // If data are waiting, callbacks come later, so this one cannot have been called yet.
    return socket.bufferedAmount === 0 ? undefined : new Promise((resolve) => (leave = resolve));
  }

  async #sendPieces(filling: NonNullable<ReturnType<TransportOptions['fill']>>): Promise<void> {
    const socket = this.#socket;
    const filled = await filling.catch(() => undefined);
    if (filled === undefined) {
      // Nothing that follows would contain what the client missed, so it has to start over.
      this.close(1013, 'Try again later');
      return;
    }
    try {
      for (const [index, piece] of filled.pieces.entries()) {
        if (socket.readyState !== socket.OPEN) return;
        const fin = index === filled.pieces.length - 1;
        await new Promise<void>((resolve) => {
          socket.send(piece, { binary: false, fin }, () => resolve());
        });
      }
    } finally {
      filled.release();
    }
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const then of this.#onEnd) then();
  }
}

/**
 * Sends the results of a subscription, which are JSON already, past graphql-ws. graphql-ws sees a source without events, which
 * ends when the results do.
 */
class Sending implements AsyncGenerator<never, undefined, undefined> {
  readonly #start: string;
  readonly #results: Results;
  readonly #send: (message: string) => Promise<void> | undefined;

  constructor(id: string, results: Results, send: (message: string) => Promise<void> | undefined) {
    this.#start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    this.#results = results;
    this.#send = send;
  }

  async next(): Promise<IteratorReturnResult<undefined>> {
    for await (const result of this.#results) {
      const left = this.#send(`${this.#start}${result}}`);
      if (left !== undefined) await left;
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#results.return(undefined);
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<never> {
    await this.#results.return(undefined);
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
