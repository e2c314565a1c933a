import { connect, DiscardPolicy, Events, nanos, NatsError, RetentionPolicy, StorageType } from 'nats';
import type { JetStreamClient, JetStreamManager, NatsConnection, StreamConfig } from 'nats';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@frontrow/kit/log';

export const streamName = 'FRONTROW';
const partitions = 16;
/** How long the stream and the outboxes keep an event: what is younger can always be told again. */
export const retentionMs = 24 * 60 * 60 * 1_000;

/** A service's connection to NATS. It reconnects for ever: a broker that is down is waited for. */
export interface Broker {
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly replicas: number;
  /** False from the moment the connection breaks until it stands again. */
  readonly isConnected: () => boolean;
}

export interface BrokerOptions {
  readonly urls: string[];
  readonly service: string;
  /** On how many servers of the cluster the stream is kept. */
  readonly replicas: number;
  readonly log: Logger;
}

/** Connects, waiting for the broker if need be. The stream is made by whoever needs it first: `ensureStream`. */
export async function connectBroker({ urls, service, replicas, log }: BrokerOptions): Promise<Broker> {
  const connection = await connect({
    servers: urls,
    name: service,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    // A server that hangs, or a cable that was pulled, is noticed within 10 s.
    pingInterval: 5_000,
    maxPingOut: 2,
  });
  let isConnected = true;
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) isConnected = false;
      if (status.type === Events.Reconnect) isConnected = true;
      const isNews = status.type === Events.Disconnect || status.type === Events.Reconnect;
      log[isNews ? 'warn' : 'debug']({ server: status.data }, `broker: ${status.type}`);
    }
  })();
  return {
    connection,
    // What was sent over a connection that broke is not answered any more, so this is also how long events wait
    // at least when that happens; a copy does no harm.
    stream: connection.jetstream({ timeout: 2_000 }),
    manager: await connection.jetstreamManager({ timeout: 5_000, checkAPI: false }),
    replicas,
    isConnected: () => isConnected,
  };
}

/** Closes the connection when what was sent has reached the broker, or cannot. */
export async function closeBroker({ connection, isConnected }: Broker): Promise<void> {
  if (isConnected()) await connection.flush().catch(() => undefined);
  await connection.close();
}

/** Makes the stream when it is missing, and brings its settings up to date; any replica of any service may do it. */
export async function ensureStream({ manager, replicas }: Broker): Promise<void> {
  const config: Partial<StreamConfig> = {
    name: streamName,
    subjects: ['frontrow.>'],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(retentionMs),
    duplicate_window: nanos(2 * 60 * 1_000),
    num_replicas: replicas,
  };
  try {
    await manager.streams.add(config);
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== streamExistsWithOtherSettings)
      throw error;
    await manager.streams.update(streamName, config);
  }
}
const streamExistsWithOtherSettings = 10058;

/** `frontrow.<type>.<partition>`: all events about one subject share a partition. */
export function subjectOf(type: string, subject: string): string {
  const partition = createHash('sha256').update(subject).digest().readUInt32BE() % partitions;
  return `frontrow.${type}.${String(partition)}`;
}

/** What a consumer of one event type listens to: that type in all partitions. */
export const allPartitionsOf = (type: string): string => `frontrow.${type}.*`;

/**
 * The `Nats-Msg-Id` of an event. The stream drops a copy that has the same; one that is published again because somebody
 * asked for it must get through to the consumers, whose inboxes drop what was handled. So it has another, the same one
 * however often this publication is tried.
 * @param replays how often somebody has asked
 */
export const messageId = (eventId: string, replays: number): string =>
  replays === 0 ? eventId : `${eventId}-replay-${replays}`;

/** The event behind a `Nats-Msg-Id`. */
export const eventIdOf = (messageId: string): string => messageId.slice(0, 36);

/** Rejects unless the broker answers now. */
export async function checkBroker({ connection, isConnected }: Broker): Promise<void> {
  if (connection.isClosed() || !isConnected()) throw new Error('there is no connection to the broker');
  await connection.flush();
}

/** Tries `work` until it succeeds or `signal` aborts, 250 ms to 5 s apart and with jitter. */
export async function untilItWorks<T>(
  what: string,
  log: Logger,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 1) log.warn({ err: error }, `${what} failed; it will be tried again`);
      const delay = Math.min(500 * attempt, 5_000) * (0.5 + Math.random() / 2);
      await pause(delay, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
