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
/** How long the stream and the outboxes keep an event: what is younger can always be told again. */
export const retentionMs = 24 * 60 * 60 * 1_000;

/** A service's connection to NATS. It reconnects for ever: a broker that is down is waited for. */
export interface Broker {
  /** Whose connection it is. */
  readonly service: string;
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
  /** Of the account at the broker that has the service's name; a broker that asks for none, as in tests, needs none. */
  readonly password?: string | undefined;
  /** The certificates (PEM) of which one must have signed the server's. With them, nothing is said without TLS. */
  readonly ca?: string | undefined;
  /** On how many servers of the cluster the stream is kept. */
  readonly replicas: number;
  readonly log: Logger;
}

/**
 * Connects, waiting for the broker if need be. The stream is made by whoever needs it first: `ensureStream`.
 * @throws when the broker refuses the account, or there is no TLS where there must be
 */
export async function connectBroker(options: BrokerOptions): Promise<Broker> {
  const { urls, service, password, ca, replicas, log } = options;
  const connection = await connectWhenItIsThere(log, {
    servers: urls,
    name: service,
    ...(password !== undefined && { user: service, pass: password }),
    ...(ca !== undefined && { tls: { ca } }),
    // Answers come to where no other account may listen.
    inboxPrefix: inboxOf(service),
    maxReconnectAttempts: -1,
    // While accounts are being changed a broker may refuse one for a moment; a process that gave up would never come back.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    // A server that hangs, or a cable that was pulled, is noticed within 10 s.
    pingInterval: 5_000,
    maxPingOut: 2,
    // Otherwise each request, and each event that is published, takes a stack along for an error that hardly ever comes.
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
    // What was sent over a connection that broke is not answered any more, so this is also how long events wait
    // at least when that happens; a copy does no harm.
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
/** As Node names what is wrong with one: nothing gets better by waiting. */
const badCertificate =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|ERR_(TLS|SSL|OSSL)_)/;

/** Closes the connection when what was sent has reached the broker, or cannot. */
export async function closeBroker({ connection, isConnected }: Broker): Promise<void> {
  if (isConnected()) await connection.flush().catch(() => undefined);
  await connection.close();
}

/**
 * Makes the stream when it is missing; any replica of any service may do it. One that is there keeps its settings: two
 * versions of a service would undo each other's, and no service's account may change it.
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

/** Brings the settings of a stream that is there up to date. Only the administrator's account may. */
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

/** What a service's consumer of a type is called: by the broker, in the inbox, and on its dead letters. */
export const consumerName = (service: string, type: string): string =>
  `${service}-on-${type.replaceAll('.', '-')}`;

/** Under which subjects a service is answered. */
export const inboxOf = (service: string): string => `_INBOX_${service}`;

/** `frontrow.<type>.<partition>`: all events about one subject share a partition. */
export function subjectOf(type: string, subject: string): string {
  const partition = createHash('sha256').update(subject).digest().readUInt32BE() % partitions;
  return `frontrow.${type}.${String(partition)}`;
}

/** The type in such a subject. */
export const typeOf = (subject: string): string => subject.split('.').slice(1, -1).join('.');

/** What a consumer of one event type listens to: that type in all partitions. */
export const allPartitionsOf = (type: string): string => `frontrow.${type}.*`;

/**
 * The `Nats-Msg-Id` of an event. The stream drops a copy that has the same; one that is published again because somebody
 * asked for it must get through to the consumers, whose inboxes drop what was handled. So it has another, the same one
 * however often this publication is tried.
 * @param publication which of its publications this is; the first one, by the relay, has no name
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
