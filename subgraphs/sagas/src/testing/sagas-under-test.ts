import type { DataSource } from 'typeorm';
import { Arrivals } from '@frontrow/events/arrivals';
import type { NewEvent } from '@frontrow/events/contract';
import { Outbox } from '@frontrow/events/outbox';
import { deliver, emitted } from '@frontrow/events/testing';
import { openDatabase } from '@frontrow/kit/database';
import { createLogger } from '@frontrow/kit/log';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { testIds } from '@frontrow/kit/testing/ids';
import { subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import { createContext } from '../context.ts';
import { createHandlers } from '../handlers.ts';
import { resolvers, typeDefs } from '../schema.ts';
import { migrations } from '../storage/migrations.ts';
import { findArrived } from '../storage/sagas.ts';
import { published, publisherOf } from '../domain/testing.ts';
import type { EventName, Purchase } from '../domain/testing.ts';

export const patience = { replayAfterMs: 20_000, compensateAfterMs: 300_000 };

/** One process of sagas, as tests see it. */
export interface Replica extends SubgraphUnderTest {
  readonly outbox: Outbox;
  /** Handles what a service has published. */
  hear(event: NewEvent, service: string): Promise<void>;
  /** Handles these events of a purchase, one after the other. */
  hearOf(purchase: Purchase, ...names: EventName[]): Promise<void>;
}

export interface SagasUnderTest extends Replica {
  /** A second process on the same database, with connections of its own. */
  readonly replica: Replica;
  readonly database: DataSource;
  /** What sagas has asked for about this saga or dead letter, in order. */
  requestsAbout(subject: string): Promise<{ type: string; data: any }[]>;
  close(): Promise<void>;
}

export async function sagasUnderTest(): Promise<SagasUnderTest> {
  const { database, url, drop } = await freshDatabase({ entities: [], migrations });
  const log = createLogger('test', 'silent');
  const second = await openDatabase({ url, connections: 20, entities: [], migrations, log });
  const first = replicaOn(database);
  return {
    ...first,
    replica: replicaOn(second),
    database,
    requestsAbout: async (about) =>
      (await emitted(first.outbox))
        .filter(({ subject }) => subject === about)
        .map(({ type, data }) => ({ type, data })),
    close: async () => {
      await second.destroy();
      await drop();
    },
  };
}

function replicaOn(database: DataSource): Replica {
  const outbox = new Outbox(database, 'sagas');
  const arrivals = new Arrivals({
    ids: testIds,
    find: (ids) => findArrived(database.manager, ids),
    log: createLogger('test', 'silent'),
  });
  const handlers = arrivals.hearing(createHandlers(patience));
  const hear = (event: NewEvent, service: string) => deliver(outbox, handlers, published(event, service));
  return {
    ...subgraphUnderTest(typeDefs, resolvers, (viewer) =>
      createContext({ outbox, arrivals, patience }, viewer),
    ),
    outbox,
    hear,
    hearOf: async (purchase, ...names) => {
      for (const name of names) await hear(purchase[name](), publisherOf[name]);
    },
  };
}
