import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

const enoughForOneWrite = 32 * 1024;
/** How many bytes may wait to be sent before nothing more is added. */
const mostUnsent = 1024 * 1024;

/** A WebSocket that sends everything of one turn of the event loop, for thousands of subscriptions perhaps, in few writes. */
export class CorkedSocket {
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  #isCorked = false;
  /** Resolves when the waiting bytes are sent, or never will be. */
  #room: Promise<void> | undefined;

  /** @param connection that the WebSocket writes to */
  constructor(socket: WebSocket, connection: Duplex) {
    this.#socket = socket;
    this.#connection = connection;
  }

  /** @returns when to go on, if that is not at once; so a slow gateway is not buried */
  send(message: string): Promise<void> | undefined {
    const [socket, connection] = [this.#socket, this.#connection];
    // A pause, because a source that always has more would keep the process from noticing that the connection is closed.
    if (socket.readyState !== socket.OPEN) return new Promise((resolve) => setImmediate(resolve));
    this.#cork();
    // An error is followed by the end of the connection, which ends its subscriptions.
    socket.send(message);
    if (connection.writableLength < mostUnsent) return undefined;
    return (this.#room ??= new Promise((resolve) => {
      const go = () => {
        connection.off('drain', go).off('close', go);
        this.#room = undefined;
        resolve();
      };
      connection.on('drain', go).on('close', go);
    }));
  }

  #cork(): void {
    const connection = this.#connection;
    if (!this.#isCorked) {
      this.#isCorked = true;
      connection.cork();
      setImmediate(() => {
        this.#isCorked = false;
        connection.uncork();
      });
    } else if (connection.writableLength > enoughForOneWrite) {
      // The gateway can start on these while the rest is produced.
      connection.uncork();
      connection.cork();
    }
  }
}
