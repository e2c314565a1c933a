import { Arrivals } from '@frontrow/events/arrivals';
import type { NewEvent } from '@frontrow/events/contract';
import { closeBroker, connectBroker } from '@frontrow/events/broker';
import { Outbox } from '@frontrow/events/outbox';
import { Relay } from '@frontrow/events/relay';
import { deliver, emitted, published } from '@frontrow/events/testing';
import { openDatabase } from '@frontrow/kit/database';
import { createLogger } from '@frontrow/kit/log';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { testIds } from '@frontrow/kit/testing/ids';
import { spansInMemory } from '@frontrow/kit/testing/spans';
import { aFan, subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Answer, SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { createContext } from '../context.ts';
import type { SeatsHeld } from '../domain/reservation.ts';
import { startFollowers } from '../followers.ts';
import { handlers } from '../handlers.ts';
import { resolvers, typeDefs } from '../schema.ts';
import { migrations } from '../storage/migrations.ts';
import { findArrived } from '../storage/reservations.ts';
import { entities } from '../storage/entities.ts';
import { ticketKeys } from '../ticket-code.ts';

/** One replica of the service, with a connection pool and a GraphQL schema of its own. */
export interface Replica {
  readonly outbox: Outbox;
  /** What a collector would be told of its followers. */
  readonly spans: ReturnType<typeof spansInMemory>['spans'];
  /** Publishes what it emits from now on. */
  publish(): void;
  readonly graph: SubgraphUnderTest;
  /** Handles what other services publish. */
  tell(...events: NewEvent[]): Promise<void>;
}

export interface ServiceUnderTest extends Replica {
  /** The events about a reservation, in order: type and data. */
  toldAbout(reservationId: string): Promise<{ type: string; data: any }[]>;
  anotherReplica(): Promise<Replica>;
  stop(): Promise<void>;
}

export const silent = createLogger('test', 'silent');

/** The service on a new database, without HTTP and broker. */
export async function reservationsUnderTest(): Promise<ServiceUnderTest> {
  const { database, url, drop } = await freshDatabase({ entities, migrations });
  const closing: (() => Promise<unknown>)[] = [];
  const first = await replica(new Outbox(database, 'reservations'), closing);
  return {
    ...first,
    toldAbout: async (reservationId) => {
      const events = await emitted(first.outbox);
      return events
        .filter(({ subject }) => subject === reservationId)
        .map(({ type, data }) => ({ type, data }));
    },
    anotherReplica: async () => {
      const options = { url, connections: 20, entities, migrations, log: silent };
      const other = new Outbox(await openDatabase(options), 'reservations');
      closing.push(() => other.database.destroy());
      return replica(other, closing);
    },
    stop: async () => {
      for (const close of closing.reverse()) await close();
      await drop();
    },
  };
}

async function replica(outbox: Outbox, closing: (() => Promise<unknown>)[]): Promise<Replica> {
  const { tracing, spans } = spansInMemory();
  const arrivals = new Arrivals({
    ids: testIds,
    find: (ids) => findArrived(outbox.database.manager, ids),
    log: silent,
  });
  const hearing = arrivals.hearing(handlers);
  const keys = await openSigningKeys(outbox.database, ticketKeys);
  const urls = [process.env['TEST_NATS_URL'] ?? ''];
  const broker = await connectBroker({ urls, service: 'reservations', replicas: 1, log: silent });
  closing.push(() => closeBroker(broker));
  const followers = startFollowers(outbox.database, broker, silent, tracing);
  closing.push(() => followers.stop());
  return {
    outbox,
    spans,
    publish: () => {
      const relay = new Relay(outbox, broker, silent);
      closing.push(() => relay.stop());
    },
    graph: subgraphUnderTest(typeDefs, resolvers, (viewer) =>
      createContext({ outbox, followers, arrivals, ticketKeys: keys }, viewer),
    ),
    tell: async (...events) => {
      for (const event of events) await deliver(outbox, hearing, published(event));
    },
  };
}

/** The reservation as its owner sees it. */
export async function seen({ graph }: Replica, { reservationId, userId }: SeatsHeld): Promise<any> {
  const query = `query ($id: ID!) {
    reservation(id: $id) {
      id status total version createdAt expiresAt confirmedAt endedAt endedBecause seats { seatId label price }
      user { id } concert { id } schedule { id }
    }
  }`;
  const { data, errors } = await graph.execute(aFan(userId), query, { id: reservationId });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.reservation;
}

export function cancel({ graph }: Replica, viewer: Viewer | null, id: string): Promise<Answer> {
  const mutation = `mutation ($id: ID!) {
    cancelReservation(id: $id) {
      __typename
      ... on Reservation { id status endedBecause version }
      ... on Refusal { code message retryable }
    }
  }`;
  return graph.execute(viewer, mutation, { id });
}
