import type { DataSource } from 'typeorm';
import { Arrivals } from '@frontrow/events/arrivals';
import type { NewEvent } from '@frontrow/events/contract';
import { Outbox } from '@frontrow/events/outbox';
import { deliver, published } from '@frontrow/events/testing';
import { openDatabase } from '@frontrow/kit/database';
import { createLogger } from '@frontrow/kit/log';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { testIds } from '@frontrow/kit/testing/ids';
import { subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import { createContext } from '../context.ts';
import { handlers } from '../handlers.ts';
import { createTill } from '../operations/till.ts';
import type { Till } from '../operations/till.ts';
import { resolvers, typeDefs } from '../schema.ts';
import { entities } from '../storage/entities.ts';
import { migrations } from '../storage/migrations.ts';
import { findArrived } from '../storage/payables.ts';

/** One process of payments, as tests see it. */
export interface Replica extends SubgraphUnderTest {
  readonly outbox: Outbox;
  readonly till: Till;
  /** Lets payments handle events of one type, which other services have published, in one batch. */
  hear(...events: NewEvent[]): Promise<void>;
}

export interface PaymentsUnderTest extends Replica {
  /** A second process on the same database, with connections of its own. */
  readonly replica: Replica;
  readonly database: DataSource;
  close(): Promise<void>;
}

export async function paymentsUnderTest(): Promise<PaymentsUnderTest> {
  const { database, url, drop } = await freshDatabase({ entities, migrations });
  const log = createLogger('test', 'silent');
  const second = await openDatabase({ url, connections: 20, entities, migrations, log });
  return {
    ...replicaOn(database),
    replica: replicaOn(second),
    database,
    close: async () => {
      await second.destroy();
      await drop();
    },
  };
}

function replicaOn(database: DataSource): Replica {
  const outbox = new Outbox(database, 'payments');
  const arrivals = new Arrivals({
    ids: testIds,
    find: (ids) => findArrived(database.manager, ids),
    log: createLogger('test', 'silent'),
  });
  const till = createTill(outbox);
  const hearing = arrivals.hearing(handlers);
  return {
    ...subgraphUnderTest(typeDefs, resolvers, (viewer) => createContext({ outbox, arrivals, till }, viewer)),
    outbox,
    till,
    hear: (...events) => deliver(outbox, hearing, ...events.map(published)),
  };
}
