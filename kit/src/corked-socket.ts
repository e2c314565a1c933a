import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

const enoughForOneWrite = 32 * 1024;
/** How much may wait to leave, in bytes, before nobody adds to it. */
const mostUnsent = 1024 * 1024;

/** A WebSocket that sends what is said in one turn of the event loop, to thousands of subscriptions maybe, in few writes. */
export class CorkedSocket {
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  #isCorked = false;
  /** Resolves when what waits has left, or never will. */
  #room: Promise<void> | undefined;

  /** @param connection that the WebSocket writes to */
  constructor(socket: WebSocket, connection: Duplex) {
    this.#socket = socket;
    this.#connection = connection;
  }

  /** @returns when to go on, if that is not at once: so a gateway that cannot follow is not buried */
  send(message: string): Promise<void> | undefined {
    const [socket, connection] = [this.#socket, this.#connection];
    // Not at once: a source that always has more would not let anybody hear that the connection is closed.
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
      // The gateway can begin with these while the rest is made.
      connection.uncork();
      connection.cork();
    }
  }
}
