import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  parseMessage,
  stringifyMessage,
} from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Log } from './log.ts';

/** Is told what becomes of a subscription. After `error`, `complete` or `lost` nothing follows. */
export interface UpstreamSink {
  next(event: FormattedExecutionResult): void;
  /** The subgraph refused the operation, or it failed. */
  error(errors: readonly GraphQLFormattedError[]): void;
  complete(): void;
  /** The connection was lost, or could not be made. This says nothing about the subscription. */
  lost(): void;
}

export interface UpstreamOptions {
  /** The payload of connection_init. */
  readonly connectionPayload: () => Record<string, unknown> | undefined;
  /**
   * How long a subgraph may take to answer a subscription with a first event, an error or its end, in ms. Since each event
   * contains the whole state, a subgraph sends the first one at once.
   */
  readonly answerWithinMs: number;
  readonly log: Log;
}

interface Subscription {
  /** Made when it is sent, because signatures are valid for a short time only. */
  readonly payload: () => SubscribePayload;
  readonly sink: UpstreamSink;
}

/** A subscription that was sent, with the time in ms of `performance.now()`; undefined once it was answered. */
type Sent = Subscription & { sentAt?: number | undefined };

/** How long connecting may take, and how long a ping may stay unanswered, in ms. */
const patienceMs = 5_000;
const shortestRestMs = 50;
const longestRestMs = 2_000;
const largestMessage = 16 * 1024 * 1024;

/**
 * One connection to one replica of a subgraph, which carries all subscriptions there (graphql-transport-ws). It is made when it
 * is needed. After it was lost, it pauses for a time that grows with each failure, so that a replica that is down is not flooded.
 */
export class UpstreamConnection {
  readonly address: string;
  readonly #options: UpstreamOptions;
  readonly #subscriptions = new Map<string, Sent>();
  #socket: WebSocket | undefined;
  #isAcknowledged = false;
  #lastId = 0;
  #failures = 0;
  #restsUntil = 0;

  constructor(address: string, options: UpstreamOptions) {
    this.address = address;
    this.#options = options;
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** Nobody knows yet whether the replica answers; one subscription is enough to find out. */
  get isBeingTried(): boolean {
    return !this.#isAcknowledged && this.#subscriptions.size > 0;
  }

  /** How long it should be left alone, in ms. */
  restsForMs(now: number): number {
    return Math.max(0, this.#restsUntil - now);
  }

  /** @returns a function that ends the subscription; the sink is told nothing more */
  subscribe({ payload, sink }: Subscription): () => void {
    const subscription: Sent = { payload, sink };
    const id = String(++this.#lastId);
    this.#subscriptions.set(id, subscription);
    this.#socket ??= this.#connect();
    if (this.#isAcknowledged) this.#send(id, subscription);
    return () => {
      if (this.#subscriptions.delete(id) && this.#isAcknowledged) {
        this.#socket?.send(stringifyMessage({ type: MessageType.Complete, id }));
      }
    };
  }

  close(): void {
    this.#subscriptions.clear();
    this.#socket?.close(1000, 'Normal closure');
  }

  #connect(): WebSocket {
    const socket = new WebSocket(this.address, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
      perMessageDeflate: false,
      maxPayload: largestMessage,
    });
    // A connection can fail silently in two ways: it never answers, or it stops answering.
    let isAlive = false;
    let isSilent = false;
    const watch = setInterval(
      () => {
        // A connection that is alive but is never acknowledged is as useless as a dead one.
        if (!isAlive || !this.#isAcknowledged) {
          isSilent = true;
          socket.terminate();
          return;
        }
        isAlive = false;
        socket.ping();
        this.#giveUpUnanswered(performance.now());
      },
      Math.min(patienceMs, this.#options.answerWithinMs),
    );
    socket.on('open', () => {
      const payload = this.#options.connectionPayload();
      socket.send(stringifyMessage({ type: MessageType.ConnectionInit, ...(payload && { payload }) }));
    });
    socket.on('pong', () => (isAlive = true));
    socket.on('message', (data) => {
      isAlive = true;
      try {
        this.#receive(socket, (data as Buffer).toString());
      } catch (error) {
        // Whatever a subgraph sends must not end the gateway.
        this.#options.log.error(
          { err: error, address: this.address },
          'a message of a subgraph could not be handled',
        );
        socket.close(CloseCode.BadResponse, 'Invalid message received');
      }
    });
    let reason: string | undefined;
    socket.on('error', (error) => (reason = error.message));
    socket.on('close', (code, text) => {
      clearInterval(watch);
      this.#lost({ code, reason: isSilent ? 'it did not answer' : (reason ?? text.toString()) }, isSilent);
    });
    return socket;
  }

  #receive(socket: WebSocket, text: string): void {
    let message;
    try {
      message = parseMessage(text);
    } catch {
      socket.close(CloseCode.BadResponse, 'Invalid message received');
      return;
    }
    switch (message.type) {
      case MessageType.ConnectionAck:
        this.#isAcknowledged = true;
        this.#failures = 0;
        for (const [id, subscription] of this.#subscriptions) this.#send(id, subscription);
        return;
      case MessageType.Next: {
        const subscription = this.#subscriptions.get(message.id);
        if (subscription === undefined) return;
        subscription.sentAt = undefined;
        subscription.sink.next(message.payload);
        return;
      }
      case MessageType.Error:
        this.#end(message.id)?.error(message.payload);
        return;
      case MessageType.Complete:
        this.#end(message.id)?.complete();
        return;
      case MessageType.Ping:
        socket.send(stringifyMessage({ type: MessageType.Pong }));
        return;
      case MessageType.Pong:
        return;
      case MessageType.ConnectionInit:
      case MessageType.Subscribe:
        socket.close(CloseCode.BadResponse, 'Invalid message received');
    }
  }

  #send(id: string, subscription: Sent): void {
    subscription.sentAt = performance.now();
    const payload = subscription.payload();
    this.#socket?.send(stringifyMessage({ type: MessageType.Subscribe, id, payload }));
  }

  /**
   * Another replica takes subscriptions that are not answered here. More of them would not be answered either, so no new ones are
   * sent for a while.
   */
  #giveUpUnanswered(now: number): void {
    const { address } = this;
    const { answerWithinMs, log } = this.#options;
    const unanswered = [...this.#subscriptions].filter(
      ([, { sentAt = now }]) => now - sentAt > answerWithinMs,
    );
    if (unanswered.length === 0) return;
    log.warn({ address, subscriptions: unanswered.length }, 'a subgraph did not answer subscriptions');
    this.#restsUntil = now + answerWithinMs;
    for (const [id, { sink }] of unanswered) {
      this.#subscriptions.delete(id);
      this.#socket?.send(stringifyMessage({ type: MessageType.Complete, id }));
      sink.lost();
    }
  }

  #end(id: string): UpstreamSink | undefined {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    return subscription?.sink;
  }

  /** A replica that is silent costs its subscribers all the patience there is, so it is left alone the longest. */
  #lost(why: { code: number; reason: string }, isSilent: boolean): void {
    this.#socket = undefined;
    this.#isAcknowledged = false;
    const growingMs = Math.min(shortestRestMs * 2 ** this.#failures++, longestRestMs);
    const restMs = isSilent ? longestRestMs : growingMs;
    this.#restsUntil = performance.now() + restMs * (0.5 + Math.random());
    const lost = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    if (lost.length > 0) {
      const { address } = this;
      this.#options.log.warn(
        { address, ...why, subscriptions: lost.length },
        'lost a subgraph’s subscriptions',
      );
    }
    for (const { sink } of lost) sink.lost();
  }
}
