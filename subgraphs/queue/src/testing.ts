import { Arrivals } from '@frontrow/events/arrivals';
import { concertCreated } from '@frontrow/events/contracts/concerts';
import { closeBroker, connectBroker } from '@frontrow/events/broker';
import type { Broker } from '@frontrow/events/broker';
import { Outbox } from '@frontrow/events/outbox';
import { Relay } from '@frontrow/events/relay';
import { deliver, published } from '@frontrow/events/testing';
import { openDatabase } from '@frontrow/kit/database';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { testIds } from '@frontrow/kit/testing/ids';
import { aFan, subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import type { DataSource } from 'typeorm';
import { passKeys } from './admission-pass.ts';
import { createChallenges } from './challenges.ts';
import { createContext, createProcessContext } from './context.ts';
import type { Room } from './domain/room.ts';
import type { Ticket } from './domain/ticket.ts';
import { handlers } from './handlers.ts';
import { startMovingLines } from './start-moving-lines.ts';
import { startPositions } from './positions/start-positions.ts';
import type { Positions } from './positions/start-positions.ts';
import { moveLine } from './operations/move-line.ts';
import { resolvers, typeDefs } from './schema.ts';
import { findArrived, roomEntity } from './storage/rooms.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { ticketEntity } from './storage/tickets.ts';

const log = createLogger('queue', 'silent');

/** One process of the queue, as far as tests need it. Its lines move when a test says so. */
export interface Replica {
  readonly outbox: Outbox;
  readonly positions: Positions;
  readonly broker: Broker;
  readonly graph: SubgraphUnderTest;
  /** Moves the lines by itself from now on, and publishes what it emits, as `main.ts` does. */
  start(graceAfterOutageMs?: number): void;
}

/** The queue on a database of its own. */
export interface QueueUnderTest extends Replica {
  readonly database: DataSource;
  /** A second process, with its own connections to the same database. */
  replica(): Promise<Replica>;
  /** @returns the concert's id */
  openRoom(room?: Partial<Room>, concertId?: string): Promise<string>;
  /** A fan joins. */
  join(concertId: string, fan?: Viewer): Promise<{ fan: Viewer; id: string; number: number }>;
  move(concertId: string): Promise<void>;
  ticket(id: string): Promise<Ticket>;
  /** All tickets of the concert in order of number. */
  tickets(concertId: string): Promise<Ticket[]>;
  room(concertId: string): Promise<Room>;
  /** Lets time pass for one ticket: its instants move into the past. */
  age(ticketId: string, seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** @param natsUrl of a broker that the test has for itself; that of all tests when left out */
export async function queueUnderTest(natsUrl = process.env['TEST_NATS_URL'] ?? ''): Promise<QueueUnderTest> {
  const { database, url, drop } = await freshDatabase({ entities, migrations });
  const closing: (() => Promise<unknown>)[] = [];
  const first = await replicaOn(database, natsUrl, closing);
  const { outbox, positions, graph } = first;
  const tickets = (concertId: string) =>
    database.manager.find(ticketEntity, {
      where: { concertId },
      order: { number: 'ASC' },
    }) as unknown as Promise<Ticket[]>;
  return {
    ...first,
    database,
    tickets,
    replica: async () => {
      const other = await openDatabase({ url, connections: 20, entities, migrations, log });
      closing.push(() => other.destroy());
      return replicaOn(other, natsUrl, closing);
    },
    openRoom: async (change = {}, concertId = newId()) => {
      const salesOpenAt = (change.salesOpenAt ?? new Date(Date.now() - 60_000)).toISOString();
      const event = concertCreated.about(concertId, { concertId, title: '봄의 소리', salesOpenAt });
      await deliver(outbox, handlers, published(event));
      const { salesOpenAt: _, ...settings } = change;
      if (Object.keys(settings).length > 0)
        await database.manager.update(roomEntity, { concertId }, settings);
      return concertId;
    },
    join: async (concertId, fan = aFan()) => {
      const { data } = await graph.execute(
        fan,
        `mutation ($concertId: ID!) { enterQueue(concertId: $concertId) { ... on QueueTicket { id number } } }`,
        { concertId },
      );
      return { fan, ...(data.enterQueue as { id: string; number: number }) };
    },
    move: async (concertId) => {
      while ((await moveLine(positions.lineDeps, concertId, new Date(0))) === 'more');
    },
    ticket: async (id) => (await database.manager.findOneByOrFail(ticketEntity, { id })) as unknown as Ticket,
    room: (concertId) => database.manager.findOneByOrFail(roomEntity, { concertId }),
    age: async (ticketId, seconds) => {
      const columns = ['joined_at', 'last_seen_at', 'admitted_at', 'admission_ends_at', 'expires_at'];
      const earlier = columns.map((column) => `${column} = ${column} - INTERVAL ? SECOND`).join(', ');
      await database.query(`UPDATE tickets SET ${earlier} WHERE id = ?`, [
        ...columns.map(() => seconds),
        ticketId,
      ]);
    },
    close: async () => {
      for (const close of closing.reverse()) await close();
      await drop();
    },
  };
}

async function replicaOn(
  database: DataSource,
  natsUrl: string,
  closing: (() => Promise<unknown>)[],
): Promise<Replica> {
  const outbox = new Outbox(database, 'queue');
  const broker = await connectBroker({ urls: [natsUrl], service: 'queue', replicas: 1, log });
  closing.push(() => closeBroker(broker));
  const positions = await startPositions(outbox, broker, log);
  closing.push(() => positions.stop());
  let wake = (): void => undefined;
  const challenges = createChallenges('a secret of all replicas of this test', 1);
  // Nothing here waits for concerts, which is not there.
  const closedPasses = { closing: () => Promise.resolve(), stop: () => undefined };
  const arrivals = new Arrivals({ ids: testIds, find: (ids) => findArrived(database.manager, ids), log });
  const signing = await openSigningKeys(database, passKeys);
  const processContext = createProcessContext(
    { positions: { ...positions, closedPasses }, arrivals, challenges, passKeys: signing },
    () => {
      wake();
    },
  );
  return {
    outbox,
    positions,
    broker,
    graph: subgraphUnderTest(typeDefs, resolvers, (viewer) => createContext(processContext, viewer)),
    start: (graceAfterOutageMs) => {
      const relay = new Relay(outbox, broker, log);
      closing.push(() => relay.stop());
      const lines = startMovingLines(positions.lineDeps, log, graceAfterOutageMs);
      closing.push(() => lines.stop());
      wake = () => {
        lines.wake();
      };
    },
  };
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

export const withStatus = (tickets: readonly Ticket[], status: Ticket['status']): Ticket[] =>
  tickets.filter((ticket) => ticket.status === status);

/** The most admissions that were ever live at the same moment. */
export function mostActive(tickets: readonly Ticket[]): number {
  const changes = tickets.flatMap((ticket): [number, number][] => {
    const { admittedAt, endedAt } = ticket as { admittedAt: Date | null; endedAt?: Date | null };
    if (admittedAt === null) return [];
    const admitted: [number, number] = [admittedAt.getTime(), 1];
    return endedAt == null ? [admitted] : [admitted, [endedAt.getTime(), -1]];
  });
  // At the same millisecond ends count first: a place is filled only after it was seen to be free.
  changes.sort(([a, up], [b, down]) => a - b || up - down);
  let active = 0;
  return Math.max(...changes.map(([, change]) => (active += change)));
}
