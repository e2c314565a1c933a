import {
  connect,
  DiscardPolicy,
  ErrorCode,
  Events,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
} from '@frontrow/kit/nats';
import type {
  ConnectionOptions,
  JetStreamClient,
  JetStreamManager,
  NatsConnection,
  StreamConfig,
} from '@frontrow/kit/nats';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@frontrow/kit/log';

export const streamName = 'FRONTROW';
const partitions = 16;
/** How long the stream and the outboxes keep an event. Younger events can always be published again. */
export const retentionMs = 24 * 60 * 60 * 1_000;

/** A service's connection to NATS. It reconnects for ever, so it outlives a broker that is down. */
export interface Broker {
  /** The name of the service whose connection it is. */
  readonly service: string;
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly replicas: number;
  /** False from the moment when the connection breaks until it is restored. */
  readonly isConnected: () => boolean;
}

export interface BrokerOptions {
  readonly urls: string[];
  readonly service: string;
  /** The password of the service's account at the broker. A broker without accounts, as in tests, needs none. */
  readonly password?: string | undefined;
  /** Certificates (PEM), one of which must have signed the server's. If they are given, the connection must use TLS. */
  readonly ca?: string | undefined;
  /** The number of servers of the cluster that keep the stream. */
  readonly replicas: number;
  readonly log: Logger;
}

/**
 * Connects, and waits for the broker if necessary. It does not create the stream; `ensureStream` does.
 * @throws when the broker refuses the account, or has no TLS although there must be
 */
export async function connectBroker(options: BrokerOptions): Promise<Broker> {
  const { urls, service, password, ca, replicas, log } = options;
  const connection = await connectWhenItIsThere(log, {
    servers: urls,
    name: service,
    ...(password !== undefined && { user: service, pass: password }),
    ...(ca !== undefined && { tls: { ca } }),
    // Answers arrive under a subject that no other account may listen to.
    inboxPrefix: inboxOf(service),
    maxReconnectAttempts: -1,
    // While accounts are being changed a broker may refuse one for a moment; a process that gave up would never come back.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    // This notices within 10 s that a server hangs or a cable was pulled.
    pingInterval: 5_000,
    maxPingOut: 2,
    // Otherwise each request, and each published event, would record a stack for an error that hardly ever occurs.
    noAsyncTraces: true,
  });
  let isConnected = true;
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) isConnected = false;
      if (status.type === Events.Reconnect) isConnected = true;
      const isNews = status.type === Events.Disconnect || status.type === Events.Reconnect;
      if (status.type === Events.Error && status.permissionContext !== undefined) {
        log.error(status.permissionContext, 'the broker refused what this account may not do');
      } else log[isNews ? 'warn' : 'debug']({ server: status.data }, `broker: ${status.type}`);
    }
  })();
  return {
    service,
    connection,
    // Requests on a connection that broke are never answered, so an event waits at least this long when that
    // happens. A copy does no harm.
    stream: connection.jetstream({ timeout: 2_000 }),
    manager: await connection.jetstreamManager({ timeout: 5_000, checkAPI: false }),
    replicas,
    isConnected: () => isConnected,
  };
}

async function connectWhenItIsThere(log: Logger, options: ConnectionOptions): Promise<NatsConnection> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect(options);
    } catch (error) {
      const { code, message } = error as NatsError;
      if (refusals.includes(code) || badCertificate.test(code)) {
        throw new Error(`the broker refuses ${String(options.name)}: ${message}`, { cause: error });
      }
      if (attempt === 1) log.warn({ reason: message }, 'waiting for the broker');
      await pause(250 * (1 + Math.random()));
    }
  }
}
const refusals: string[] = [
  ErrorCode.AuthorizationViolation,
  ErrorCode.Tls,
  ErrorCode.ServerOptionNotAvailable,
];
/** The codes by which Node names a bad certificate; waiting does not help against any of these. */
const badCertificate =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|ERR_(TLS|SSL|OSSL)_)/;

/** Closes the connection when everything sent has reached the broker, or cannot reach it. */
export async function closeBroker({ connection, isConnected }: Broker): Promise<void> {
  if (isConnected()) await connection.flush().catch(() => undefined);
  await connection.close();
}

/**
 * Creates the stream when it is missing; any replica of any service may do this. An existing stream keeps its settings, because
 * two versions of a service would undo each other's changes, and because no service's account may change it.
 */
export async function ensureStream({ manager, replicas }: Broker): Promise<void> {
  try {
    await manager.streams.add(streamSettings(replicas));
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== streamExistsWithOtherSettings)
      throw error;
  }
}
const streamExistsWithOtherSettings = 10058;

/** Updates the settings of an existing stream. Only the administrator's account may do this. */
export async function updateStream({ manager, replicas }: Broker): Promise<void> {
  await manager.streams.update(streamName, streamSettings(replicas));
}

const streamSettings = (replicas: number): Partial<StreamConfig> => ({
  name: streamName,
  subjects: ['frontrow.>'],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  max_age: nanos(retentionMs),
  duplicate_window: nanos(2 * 60 * 1_000),
  num_replicas: replicas,
});

/** The name of a service's consumer of a type: at the broker, in the inbox, and on its dead letters. */
export const consumerName = (service: string, type: string): string =>
  `${service}-on-${type.replaceAll('.', '-')}`;

/** The prefix of the subjects under which a service is answered. */
export const inboxOf = (service: string): string => `_INBOX_${service}`;

/** `frontrow.<type>.<partition>`: all events about one subject share a partition. */
export function subjectOf(type: string, subject: string): string {
  const partition = createHash('sha256').update(subject).digest().readUInt32BE() % partitions;
  return `frontrow.${type}.${String(partition)}`;
}

/** The type in such a subject. */
export const typeOf = (subject: string): string => subject.split('.').slice(1, -1).join('.');

/** The subject that a consumer of one event type listens to: that type in all partitions. */
export const allPartitionsOf = (type: string): string => `frontrow.${type}.*`;

/**
 * The `Nats-Msg-Id` of an event. The stream drops a copy with the same id. An event that is published again on request must reach
 * the consumers, whose inboxes drop what they handled; so each such publication has another id, which stays the same
 * however often that publication is tried.
 * @param publication which publication of the event this is; undefined for the first one, by the relay
 */
export const messageId = (eventId: string, publication?: string): string =>
  publication === undefined ? eventId : `${eventId}-replay-${publication}`;

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
