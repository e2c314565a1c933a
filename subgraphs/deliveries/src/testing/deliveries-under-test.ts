import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { EventEnvelope } from '@frontrow/events/contract';
import { Outbox } from '@frontrow/events/outbox';
import { deliver } from '@frontrow/events/testing';
import { openDatabase } from '@frontrow/kit/database';
import { createLogger } from '@frontrow/kit/log';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import { Mailbox } from '@frontrow/stack/receivers/mailbox';
import { RemoteReceiver } from '@frontrow/stack/receivers/remote';
import { startReceivers } from '@frontrow/stack/receivers/server';
import { createContext } from '../context.ts';
import type { Target } from '../domain/audience.ts';
import type { Schedule } from '../domain/delivery.ts';
import { handlersFor } from '../handlers.ts';
import { resolvers, typeDefs } from '../schema.ts';
import { deliveriesSettings } from '../settings.ts';
import { entities } from '../storage/entities.ts';
import { migrations } from '../storage/migrations.ts';
import { startTargets } from '../targets.ts';
import type { RunningTargets } from '../targets.ts';
import { z } from 'zod';

const secret = 'a-secret-for-tests';
export const storefront = 'https://frontrow.test';
export const linkSecret = 'a secret of tests, which users would have, too';
export const silent = createLogger('test', 'silent');

/** One process of deliveries, as tests see it. */
export interface Replica extends SubgraphUnderTest {
  readonly outbox: Outbox;
  /** Handles events that others published. */
  hear(...events: EventEnvelope[]): Promise<void>;
  /** The same, as one batch of one type. */
  hearTogether(...events: [EventEnvelope, ...EventEnvelope[]]): Promise<void>;
  /** Starts to send. */
  start(): void;
  /** Ends as a process does that is told to. */
  stop(): Promise<void>;
}

export interface DeliveriesUnderTest extends Replica {
  readonly database: DataSource;
  readonly dataPlatform: RemoteReceiver;
  readonly slack: RemoteReceiver;
  /** Where all mail arrives. */
  readonly mailbox: Mailbox;
  anotherReplica(): Promise<Replica>;
  close(): Promise<void>;
}

export interface UnderTestOptions {
  /** Those that are on; without a word the data platform and Slack. */
  readonly targets?: readonly Target[];
  /** What is set otherwise than it is by default. */
  readonly settings?: Partial<Record<keyof typeof deliveriesSettings, unknown>>;
}

/** The service on a new database, talking to the receivers of the stack over real HTTP; it sends once it is started. */
export async function deliveriesUnderTest(options: UnderTestOptions = {}): Promise<DeliveriesUnderTest> {
  const { database, url, drop } = await freshDatabase({ entities, migrations });
  const folder = await mkdtemp(join(tmpdir(), 'frontrow-receivers-'));
  const receivers = await startReceivers({
    port: 0,
    folder,
    secrets: { 'data-platform': secret, slack: secret },
  });
  const receiversUrl = `http://127.0.0.1:${String((receivers.address() as AddressInfo).port)}`;
  const mailbox = new Mailbox(join(folder, 'mails.jsonl'));
  await mailbox.listen(0);
  const smtpUrl = `smtp://127.0.0.1:${String(mailbox.port)}`;
  const replicas: Replica[] = [];
  const replicaOn = (database: DataSource) => {
    const replica = createReplica(database, { receiversUrl, smtpUrl }, options);
    replicas.push(replica);
    return replica;
  };
  return {
    ...replicaOn(database),
    database,
    dataPlatform: new RemoteReceiver(receiversUrl, 'data-platform'),
    slack: new RemoteReceiver(receiversUrl, 'slack'),
    mailbox,
    anotherReplica: async () =>
      replicaOn(await openDatabase({ url, connections: 20, entities, migrations, log: silent })),
    close: async () => {
      for (const replica of replicas) await replica.stop();
      for (const { outbox } of replicas.slice(1)) await outbox.database.destroy();
      await drop();
      await mailbox.close();
      receivers.close();
      receivers.closeAllConnections();
      await rm(folder, { recursive: true });
    },
  };
}

const defaults = z.object(deliveriesSettings).partial();

interface Outside {
  readonly receiversUrl: string;
  readonly smtpUrl: string;
}

function createReplica(database: DataSource, outside: Outside, options: UnderTestOptions): Replica {
  const { targets = ['DATA_PLATFORM', 'SLACK'], settings = {} } = options;
  const outbox = new Outbox(database, 'deliveries');
  const parsed = defaults.parse(settings) as z.infer<z.ZodObject<typeof deliveriesSettings>>;
  const schedule: Schedule = {
    retryEveryMs: parsed.RETRY_EVERY_SECONDS * 1_000,
    giveUpAfterMs: parsed.GIVE_UP_AFTER_SECONDS * 1_000,
  };
  let running: RunningTargets | undefined;
  const wake = () => running?.wake();
  const deliveries = { outbox, targets, schedule, wake };
  const handlers = handlersFor({ targets: new Set(targets), schedule, wake });
  return {
    ...subgraphUnderTest(typeDefs, resolvers, (viewer) => createContext(deliveries, viewer)),
    outbox,
    hear: async (...events) => {
      for (const event of events) await deliver(outbox, handlers, event);
    },
    hearTogether: (...events) => deliver(outbox, handlers, ...events),
    start: () => {
      const { receiversUrl, smtpUrl } = outside;
      const everywhere = {
        DATA_PLATFORM: { url: `${receiversUrl}/data-platform`, secret },
        SLACK: { url: `${receiversUrl}/slack`, secret },
        MAIL: { url: smtpUrl, from: 'Frontrow <tickets@frontrow.test>', storefront, linkSecret },
      };
      const on = targets.map((target) => [target, everywhere[target]] as const);
      running = startTargets(new Map(on), database, parsed, silent);
    },
    stop: async () => {
      await running?.stop();
      running = undefined;
    },
  };
}

/** Looks again and again until `look` does not throw any more; then it has passed, or that was the last time. */
export async function eventually(look: () => Promise<void>, withinMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      await look();
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
