import { connect, DiscardPolicy, nanos, NatsError, RetentionPolicy, StorageType } from 'nats';
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
  void logStatus(connection, log);
  const options = { timeout: 5_000 };
  return {
    connection,
    stream: connection.jetstream(options),
    manager: await connection.jetstreamManager({ ...options, checkAPI: false }),
    replicas,
  };
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

/** Rejects unless the broker answers now. */
export async function checkBroker({ connection }: Broker): Promise<void> {
  if (connection.isClosed()) throw new Error('the connection to the broker is closed');
  await connection.flush();
}

/** Tries `work` until it succeeds or `signal` aborts, 250 ms to 5 s apart, with jitter. */
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
      const delay = Math.min(250 * attempt, 5_000) * (0.5 + Math.random() / 2);
      await pause(delay, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect' || status.type === 'reconnect') log.warn(`broker: ${status.type}`);
    else log.debug({ status }, 'broker');
  }
}
