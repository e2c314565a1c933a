import type { SubscribePayload } from 'graphql-ws';
import { UpstreamConnection } from './upstream-connection.ts';
import type { UpstreamOptions, UpstreamSink } from './upstream-connection.ts';

export interface UpstreamsOptions extends Omit<UpstreamOptions, 'connectionPayload'> {
  /** The payload of connection_init. */
  readonly connectionPayload: (subgraph: string) => Record<string, unknown> | undefined;
  /** Where a subgraph's replicas take subscriptions: `ws://` or `wss://`. */
  readonly addresses: (subgraph: string) => readonly string[];
}

/** Each of the subscriptions that start again is given this much more time, in ms, so that subgraphs are not flooded. */
const spreadPerSubscriptionMs = 0.15;
const leastSpreadMs = 50;
const longestSpreadMs = 2_000;

const isBetter = (one: UpstreamConnection, other: UpstreamConnection) =>
  one.isBeingTried === other.isBeingTried ? one.subscriptions < other.subscriptions : other.isBeingTried;

/** The connections to all replicas of all subgraphs. */
export class Upstreams {
  readonly #options: UpstreamsOptions;
  readonly #connections = new Map<string, UpstreamConnection>();
  /** Subscriptions that lost their connection and wait to start again. */
  #waiting = 0;

  constructor(options: UpstreamsOptions) {
    this.#options = options;
  }

  /**
   * Subscribes at the replica that has the fewest subscriptions. Before a replica has acknowledged its connection it gets one of them,
   * unless there is no other choice: one that hangs would always have the fewest, and get all new ones.
   * @returns a function that ends the subscription; the sink is told nothing more
   */
  subscribe(subgraph: string, payload: () => SubscribePayload, sink: UpstreamSink): () => void {
    const now = performance.now();
    let best: UpstreamConnection | undefined;
    for (const connection of this.#connectionsTo(subgraph)) {
      if (connection.restsForMs(now) > 0) continue;
      if (best === undefined || isBetter(connection, best)) best = connection;
    }
    if (best !== undefined) return best.subscribe({ payload, sink });
    let isWanted = true;
    queueMicrotask(() => {
      if (isWanted) sink.lost();
    });
    return () => {
      isWanted = false;
    };
  }

  /**
   * Calls back when it is time to try a lost subscription again: as soon as a replica can be asked, and for each subscription at
   * another moment.
   * @param refusals how often in a row the subscription was answered with an error
   * @returns a function that cancels this
   */
  whenItIsTime(subgraph: string, refusals: number, tryAgain: () => void): () => void {
    this.#waiting += 1;
    const now = performance.now();
    const rests = this.#connectionsTo(subgraph).map((connection) => connection.restsForMs(now));
    const spread = leastSpreadMs * 2 ** refusals + this.#waiting * spreadPerSubscriptionMs;
    const timer = setTimeout(
      () => {
        this.#waiting -= 1;
        tryAgain();
      },
      Math.min(...rests, longestSpreadMs) + Math.random() * Math.min(spread, longestSpreadMs),
    );
    return () => {
      this.#waiting -= 1;
      clearTimeout(timer);
    };
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
  }

  #connectionsTo(subgraph: string): UpstreamConnection[] {
    return this.#options.addresses(subgraph).map((address) => {
      const known = this.#connections.get(address);
      if (known !== undefined) return known;
      const connectionPayload = () => this.#options.connectionPayload(subgraph);
      const connection = new UpstreamConnection(address, { ...this.#options, connectionPayload });
      this.#connections.set(address, connection);
      return connection;
    });
  }
}
