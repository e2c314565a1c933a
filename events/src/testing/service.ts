import { DataSource } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openDatabase } from '@frontrow/kit/database';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { closeBroker, connectBroker, streamName } from '../broker.ts';
import type { Broker } from '../broker.ts';
import { Consumer } from '../consumer.ts';
import { consumerName } from '../broker.ts';
import { handler } from '../handler.ts';
import type { Handler } from '../handler.ts';
import type { EventEnvelope, NewEvent } from '../contract.ts';
import { userRegistered } from '../contracts/users.ts';
import { Outbox } from '../outbox.ts';
import { Relay } from '../relay.ts';
import { eventMigrations } from '../tables.ts';

/** What a handler did: a row each time it ran. Nothing but the inbox keeps it from doing the same twice. */
class CreateEffects1760000000099 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE effects (
         position BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(200) NOT NULL,
         at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
       ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`,
    );
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE effects');
  }
}

export const migrations = [...eventMigrations, CreateEffects1760000000099];
export const silent = createLogger('test', 'silent');

/** An event for tests; `name` tells it from others. */
export const registered = (name: string): NewEvent => {
  const userId = newId();
  return userRegistered.about(userId, { userId, name });
};

/** Leaves a row in `effects` for each event that it handles. */
export const leaveEffect: Handler = handler(userRegistered, async (tx, { data }) => {
  await tx.manager.query('INSERT INTO effects (name) VALUES (?)', [data.name]);
});

/** One replica of a service under test. */
export interface TestReplica {
  readonly database: DataSource;
  readonly databaseUrl: string;
  readonly outbox: Outbox;
  readonly broker: Broker;
  startRelay(): Relay;
  /** `name` is what the broker calls the consumer of the first handler's type. */
  startConsumer(...handlers: [Handler, ...Handler[]]): Consumer & { readonly name: string };
  stopConsumers(): Promise<void>;
  emit(...events: NewEvent[]): Promise<void>;
  /** The names in `effects`, in the order in which they were handled. */
  effects(): Promise<string[]>;
  /** Stops what was started, in the order in which a process does. */
  stop(): Promise<void>;
}

export interface ReplicaOptions {
  readonly natsUrl: string;
  readonly service?: string;
  /** Of the service's account, where the broker has accounts. */
  readonly password?: string;
  /** Of another replica; a database of its own when left out. */
  readonly databaseUrl?: string;
  readonly ackWaitMs?: number;
}

export async function startReplica({
  natsUrl,
  service = 'tested',
  password,
  databaseUrl,
  ackWaitMs = 1_000,
}: ReplicaOptions): Promise<TestReplica> {
  const { database, url, drop } = await openTestDatabase(databaseUrl);
  const outbox = new Outbox(database, service);
  const broker = await connectBroker({ urls: [natsUrl], service, password, replicas: 1, log: silent });
  const relays: Relay[] = [];
  const consumers: Consumer[] = [];
  let stopping: Promise<void> | undefined;
  const stopConsumers = async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
  };
  return {
    database,
    databaseUrl: url,
    outbox,
    broker,
    startRelay: () => {
      const relay = new Relay(outbox, broker, silent, { streamCheckMs: 500 });
      relays.push(relay);
      return relay;
    },
    startConsumer: (...handlers) => {
      const consumer = new Consumer(service, handlers, outbox, broker, silent, { ackWaitMs });
      consumers.push(consumer);
      return Object.assign(consumer, { name: consumerName(service, handlers[0].contract.type) });
    },
    stopConsumers,
    emit: (...events) =>
      outbox.transaction(
        (tx) => {
          tx.emit(...events);
          return Promise.resolve();
        },
        { retryForMs: 15_000 },
      ),
    effects: async () => {
      const rows = await database.query<{ name: string }[]>('SELECT name FROM effects ORDER BY position');
      return rows.map(({ name }) => name);
    },
    stop: () => {
      stopping ??= (async () => {
        await stopConsumers();
        await Promise.all(relays.map((relay) => relay.stop()));
        await closeBroker(broker);
        await drop();
      })();
      return stopping;
    },
  };
}

/** A new database on a server of the test's own. */
export async function databaseOn(server: string): Promise<string> {
  const root = await new DataSource({ type: 'mysql', url: server, poolSize: 1 }).initialize();
  await root.query('CREATE DATABASE tested CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci');
  await root.destroy();
  return `${server}/tested`;
}

async function openTestDatabase(url: string | undefined) {
  const options = { entities: [], migrations };
  if (url === undefined) return freshDatabase(options);
  const database = await openDatabase({ ...options, url, connections: 10, log: silent });
  return { database, url, drop: () => database.destroy() };
}

/** How many outbox rows wait to be published. */
export async function unpublished({ database }: TestReplica): Promise<number> {
  const [row] = await database.query<{ n: string }[]>(
    'SELECT COUNT(*) AS n FROM outbox WHERE published_at IS NULL',
  );
  return Number(row?.n);
}

/** All events in the stream, oldest first. */
export async function inStream({ manager, isConnected }: Broker): Promise<EventEnvelope[]> {
  if (!isConnected()) throw new Error('there is no connection to the broker'); // a request would take 5 s to fail
  const { state } = await manager.streams.info(streamName);
  const events: EventEnvelope[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await manager.streams.getMessage(streamName, { seq });
    events.push(message.json<EventEnvelope>());
  }
  return events;
}

export const namesOf = (events: EventEnvelope[]): string[] =>
  events.map(({ data }) => (data as { name: string }).name);
